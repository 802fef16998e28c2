using System.Globalization;
using System.Text.RegularExpressions;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// Looks at a few thousand weights of each kind: codes that were taken for numbers are far from zero, or whole and half numbers only.
/// </summary>
internal static partial class WeightSample
{
    private const int Parameters = 6; // of a kind, spread over all layers and experts
    private const int Places = 3; // in a parameter
    private const int Numbers = 2048; // at a place

    // Weights of trained models lie below 1; codes of FP8 and of integers lie far above. Tables of embeddings come nearest.
    private const double LargestStd = 5;

    /// <summary>The kinds of matrices of a model, in the order of their first parameter.</summary>
    public static IReadOnlyList<WeightClass> Measure(ImportPlan plan) =>
        [
            .. plan
                .Parameters.Where(parameter =>
                    parameter.View.Shape is { Rank: > 1, ElementCount: > 0 } && parameter.View.DType.IsWideFloat()
                )
                .GroupBy(parameter => Number().Replace(parameter.Binding.Parameter.Name, "*"), StringComparer.Ordinal)
                .Select(kind => Measure(kind.Key, [.. kind.Select(parameter => parameter.View)])),
        ];

    /// <summary>Looks at some tensors of one kind.</summary>
    internal static WeightClass Measure(string name, IReadOnlyList<TensorView> tensors)
    {
        List<double> numbers = [];
        int step = Math.Max(1, (tensors.Count + Parameters - 1) / Parameters);
        for (int tensor = 0; tensor < tensors.Count; tensor += step)
        {
            AddSample(tensors[tensor], numbers);
        }

        double[] finite = [.. numbers.Where(double.IsFinite)];
        double mean = finite.Length == 0 ? double.NaN : finite.Average();
        double std = finite.Length == 0 ? double.NaN : Math.Sqrt(finite.Average(x => (x - mean) * (x - mean)));
        double largest = finite.Length == 0 ? double.NaN : finite.Max(Math.Abs);
        return new(
            name,
            tensors.Count,
            numbers.Count,
            std,
            largest,
            Warning(name, numbers.Count - finite.Length, finite, std, largest)
        );
    }

    private static void AddSample(TensorView tensor, List<double> numbers)
    {
        int itemBytes = tensor.DType.BitCount() / 8;
        long count = tensor.Shape.ElementCount;
        int length = (int)Math.Min(Numbers, count);
        byte[] bytes = new byte[length * itemBytes];
        double[] read = new double[length];
        int places = count > Places * Numbers ? Places : 1;
        for (int place = 0; place < places; place++)
        {
            long first = places == 1 ? 0 : (count - length) / (places - 1) * place;
            tensor.Read(first * itemBytes, bytes);
            Storage.Kernels.Numbers.Read(tensor.DType, bytes, read);
            numbers.AddRange(read);
        }
    }

    private static string? Warning(string name, int notFinite, double[] finite, double std, double largest)
    {
        string number = std.ToString("G3", CultureInfo.InvariantCulture);
        return notFinite > 0 ? $"{name}: {notFinite} numbers of a sample are NaN or infinite."
            : std > LargestStd
                ? $"{name} has a standard deviation of {number}, which no trained weights have: it looks like codes without their scales."
            : largest >= 2 && Array.TrueForAll(finite, x => x * 2 == Math.Floor(x * 2))
                ? $"{name} has whole and half numbers only (standard deviation {number}): it looks like codes without their scales."
            : null;
    }

    [GeneratedRegex(@"(?<=\.)\d+(?=\.|$)|(?<=weight|bias)\d+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
