using System.Runtime.InteropServices;
using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Ranks;

/// <summary>Small models on ranks, and numbers in and out of their tensors.</summary>
internal static class RankModels
{
    /// <summary>The config of a golden model, laid out otherwise.</summary>
    public static ModelProvider Provider(string family, ParallelSizes sizes)
    {
        ModelProvider provider = new GoldenCase(family, "tp1pp1").Provider;
        provider.VocabSize = 160; // which every layout divides
        provider.PerformInitialization = true; // a conversion says no
        sizes.ApplyTo(provider);
        return provider;
    }

    /// <summary>What a rank has of it.</summary>
    public static IReadOnlyList<MegatronModel> Build(string family, ParallelSizes sizes, RankWorld world) =>
        MegatronModel.Build(Provider(family, sizes), new(world, sizes));

    /// <summary>All numbers of a tensor.</summary>
    public static float[] Numbers(this TensorView view)
    {
        byte[] bytes = new byte[view.ByteCount];
        view.Read(0, bytes);
        float[] numbers = new float[view.Shape.ElementCount];
        FloatCast.Convert(view.DType, bytes, DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    /// <summary>Sets all numbers of a tensor that is whole on the rank.</summary>
    public static void Set(this ModelTensor tensor, Func<int, float> number)
    {
        float[] numbers = [.. Enumerable.Range(0, (int)tensor.Shape.ElementCount).Select(number)];
        Span<byte> bytes = tensor.Bytes(0, numbers.Length * tensor.DType.BitCount() / 8);
        FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()), tensor.DType, bytes);
    }

    /// <summary>A gradient of the shape of a parameter, in float32.</summary>
    public static TensorView GradientFor(ModelTensor tensor, Func<int, float> number) =>
        new MemoryView(
            DType.F32,
            tensor.Shape,
            MemoryMarshal
                .AsBytes<float>([.. Enumerable.Range(0, (int)tensor.Shape.ElementCount).Select(number)])
                .ToArray()
        );
}
