using System.Runtime.CompilerServices;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What a template may use up: templates come with models from anywhere, and must not hang or fill the memory.</summary>
internal sealed class Budget
{
    private const long MostSteps = 5_000_000;
    private const long MostCharacters = 64L << 20;
    private const int MostDepth = 100;

    private long _steps;
    private long _characters;
    private int _depth;

    /// <summary>Counts a step of the template.</summary>
    public void Step(long count = 1)
    {
        if ((_steps += count) > MostSteps)
        {
            throw new JinjaException($"it takes more than {MostSteps} steps");
        }
    }

    /// <summary>Counts characters or items that are about to be made.</summary>
    public void Make(long count)
    {
        if (count < 0 || (_characters += count) > MostCharacters)
        {
            throw new JinjaException($"it makes more than {MostCharacters} characters");
        }
    }

    public string Made(string text)
    {
        Make(text.Length);
        return text;
    }

    /// <summary>Refuses an expression that is so long, or calls so deep, that the stack would not do.</summary>
    public void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new JinjaException("an expression is too long, or calls nest too deep");
        }
    }

    public void Enter()
    {
        if (++_depth > MostDepth)
        {
            throw new JinjaException($"it calls macros deeper than {MostDepth}");
        }
    }

    public void Leave() => _depth--;
}
