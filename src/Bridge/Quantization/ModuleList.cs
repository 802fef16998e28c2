using System.Text.RegularExpressions;

namespace MegatronBridge.Quantization;

/// <summary>
/// Modules as the lists of quantization configs name them: whole names, their beginnings or ends up to a dot, names with <c>*</c>, or
/// <c>re:</c> and a regular expression for the beginning.
/// </summary>
internal sealed class ModuleList(IReadOnlyList<string> patterns)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Regex[] _expressions = [.. patterns.Select(Expression).OfType<Regex>()];
    private readonly string[] _names = [.. patterns.Where(pattern => !IsExpression(pattern))];

    public bool IsEmpty => _expressions.Length == 0 && _names.Length == 0;

    /// <summary>The pattern that names the module, or null.</summary>
    /// <exception cref="UnsupportedModelException">A regular expression takes too long.</exception>
    public string? Match(string module)
    {
        try
        {
            return Array.Find(_names, name => IsNamed(module, name))
                ?? Array.Find(_expressions, expression => expression.IsMatch(module))?.ToString();
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new UnsupportedModelException(
                $"The quantization config names modules by '{e.Pattern}', which takes too long to match."
            );
        }
    }

    private static bool IsNamed(string module, string name) =>
        name.Length > 0
        && (
            module == name
            || module.StartsWith(name + ".", StringComparison.Ordinal)
            || module.EndsWith("." + name, StringComparison.Ordinal)
        );

    private static bool IsExpression(string pattern) =>
        pattern.StartsWith("re:", StringComparison.Ordinal) || pattern.Contains('*', StringComparison.Ordinal);

    private static Regex? Expression(string pattern)
    {
        if (!IsExpression(pattern))
        {
            return null;
        }

        string text = pattern.StartsWith("re:", StringComparison.Ordinal)
            ? $"^(?:{pattern[3..]})"
            : $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}(\\.|$)";
        try
        {
            return new(text, RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException)
        {
            throw new UnsupportedModelException(
                $"The quantization config names modules by '{pattern}', which is no regular expression."
            );
        }
    }
}
