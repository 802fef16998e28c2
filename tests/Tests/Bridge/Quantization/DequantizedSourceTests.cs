using System.Runtime.InteropServices;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Comparison;

namespace MegatronBridge.Tests.Bridge.Quantization;

public sealed class DequantizedSourceTests
{
    private const string Weight = "model.layers.3.mlp.experts.7.up_proj.weight";

    public static TheoryData<string> Forms => [.. StoredForm.All.Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_becomes_the_numbers_that_it_stands_for(string name)
    {
        StoredForm form = Form(name);
        foreach ((int rows, int columns) in new[] { (64, 96), (32, 128), (192, 32) })
        {
            var (parts, numbers) = form.Make(Weight, rows, columns, new Random(rows));
            DequantizedSource source = DequantizedSource.Of(Source(parts), form.Config, DType.BF16);
            Assert.Equal(["model.norm.weight", Weight], source.Names.Order(StringComparer.Ordinal).Reverse());
            TensorView view = source.Find(Weight)!;
            Assert.Equal(DType.BF16, view.DType);
            Assert.Equal([rows, columns], view.Shape);
            Assert.Equal(numbers, Numbers(view));
            Assert.Equal(parts.Select(part => part.Name).Order(), source.Quantized[Weight].Parts.Order());

            // A rank's rows and a rank's columns.
            Assert.Equal(
                numbers[(rows / 4 * columns)..(rows / 2 * columns)],
                Numbers(view.Slice(0, rows / 4, rows / 4))
            );
            IEnumerable<float> half = numbers.Where((_, i) => i % columns >= columns / 2);
            Assert.Equal(half, Numbers(view.Slice(1, columns / 2, columns / 2)));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_missing_part_is_refused_by_name(string name)
    {
        StoredForm form = Form(name);
        List<(string Name, TensorView Tensor)> parts = form.Make(Weight, 64, 96, new Random(1)).Parts;
        foreach ((string Name, TensorView Tensor) part in parts.Where(part => !IsOptional(part.Name)))
        {
            MappingException fault = Assert.Throws<MappingException>(() =>
                DequantizedSource.Of(Source([.. parts.Where(other => other != part)]), form.Config, DType.BF16)
            );
            string stem = part.Name[..part.Name.LastIndexOf('.')];
            Assert.Contains(fault.Faults, line => line.Contains(stem, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_part_of_another_shape_or_type_is_refused_and_nothing_else_happens(string name)
    {
        StoredForm form = Form(name);
        List<(string Name, TensorView Tensor)> parts = form.Make(Weight, 64, 96, new Random(1)).Parts;
        for (int i = 0; i < parts.Count; i++)
        {
            TensorView tensor = parts[i].Tensor;
            long first = tensor.Shape.Rank == 0 ? 3 : tensor.Shape[0] + 5;
            Shape[] shapes = [tensor.Shape.Rank == 0 ? [3] : tensor.Shape.With(0, first), tensor.Shape.Prepend(2), [7]];
            TensorView[] others =
            [
                .. shapes.Select(shape => new ZeroView(tensor.DType, shape)),
                new ZeroView(DType.C64, tensor.Shape),
            ];
            foreach (TensorView other in others)
            {
                List<(string, TensorView)> changed = [.. parts];
                changed[i] = (parts[i].Name, other);
                Exception? fault = Record.Exception(() =>
                    DequantizedSource.Of(Source(changed), form.Config, DType.BF16)
                );
                // Where one scale is for a whole matrix, the shape of that is for the model's config to say.
                bool fitsToo =
                    i == 0 && fault is null && other.Shape.Rank > 1 && parts[1].Tensor.Shape.ElementCount == 1;
                Assert.True(fault is MappingException || fitsToo, $"{parts[i].Name} {other}: {fault}");
            }
        }
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        TensorView codes = new ZeroView(DType.F8E4M3, [8, 8]);
        MappingException fault = Assert.Throws<MappingException>(() =>
            DequantizedSource.Of(
                Source([
                    ("a.weight", codes),
                    ("b.weight", codes),
                    ("b.weight_scale_inv", new ZeroView(DType.F32, [3, 3])),
                    ("c.weight_scale_inv", new ZeroView(DType.F32, [1, 1])),
                    ("d.weight", new ZeroView(DType.U8, [8, 8])),
                    ("e.weight", new ZeroView(DType.BF16, [8, 8])),
                    ("e.weight_scale", new ZeroView(DType.F32, [8, 1])),
                    ("f.weight", new ZeroView(DType.F8E4M3Fnuz, [8, 8])),
                    ("g.weight.absmax", new ZeroView(DType.F32, [8])),
                ]),
                null,
                DType.BF16
            )
        );
        foreach (string name in new[] { "a.", "b.", "c.", "d.", "e.", "f.", "g." })
        {
            Assert.Contains(fault.Faults, line => line.StartsWith(name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Scales_of_activations_and_caches_are_left_out_with_a_reason()
    {
        StoredForm form = Form("fp8 per tensor");
        var (parts, _) = form.Make(Weight, 16, 16, new Random(1));
        TensorView scale = new ZeroView(DType.F32, []);
        string[] names =
        [
            "model.layers.3.mlp.experts.7.up_proj.input_scale",
            "model.layers.3.mlp.experts.7.up_proj.activation_scale",
            "model.layers.3.self_attn.k_proj.k_scale",
            "model.layers.3.self_attn.v_scale",
        ];
        DequantizedSource source = DequantizedSource.Of(
            Source([.. parts, .. names.Select(name => (name, scale))]),
            form.Config,
            DType.BF16
        );
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            source.Ignored.Select(entry => entry.Name).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(source.Names, name => name.EndsWith("scale", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_without_quantization_is_passed_through()
    {
        (string, TensorView)[] tensors =
        [
            ("layers.0.hc_attn_scale", new ZeroView(DType.F32, [3])),
            ("layers.0.router.scale", new ZeroView(DType.BF16, [3])),
            ("layers.0.ffn.gate.tid2eid", new ZeroView(DType.I32, [3, 2])),
            ("layers.0.mask", new ZeroView(DType.U8, [3, 2])),
            ("layers.0.k_scale", new ZeroView(DType.BF16, [3, 2])),
        ];
        DequantizedSource source = DequantizedSource.Of(new MemorySource(tensors), null, DType.BF16);
        Assert.Equal(tensors.Select(tensor => tensor.Item1), source.Names);
        Assert.Empty(source.Quantized);
        Assert.Same(tensors[0].Item2, source.Find("layers.0.hc_attn_scale"));
    }

    [Fact]
    public void A_quantised_module_that_the_config_excludes_is_refused()
    {
        StoredForm form = Form("int4");
        var (parts, _) = form.Make("lm_head.weight", 16, 32, new Random(1));
        MappingException fault = Assert.Throws<MappingException>(() =>
            DequantizedSource.Of(Source(parts), form.Config, DType.BF16)
        );
        Assert.Contains("lm_head", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_in_one_tensor_have_scales_in_one_tensor()
    {
        (Shape Codes, Shape Scales)[] forms =
        [
            ([3, 256, 130], [3, 2, 2]),
            ([3, 256, 130], [3]),
            ([3, 256, 130], [3, 1, 1]),
            ([3, 256, 130], [3, 256]),
            ([3, 256, 130], [3, 256, 1]),
        ];
        foreach ((Shape shape, Shape scales) in forms)
        {
            byte[] codes = [.. Enumerable.Repeat((byte)0x38, (int)shape.ElementCount)];
            float[] scale = [.. Enumerable.Range(1, (int)scales.ElementCount).Select(i => (float)i)];
            DequantizedSource source = DequantizedSource.Of(
                Source([
                    ("mlp.experts.gate_up_proj", new MemoryView(DType.F8E4M3, shape, codes)),
                    (
                        "mlp.experts.gate_up_proj_scale_inv",
                        new MemoryView(DType.F32, scales, MemoryMarshal.AsBytes(scale.AsSpan()).ToArray())
                    ),
                ]),
                null,
                DType.F32
            );
            float[] numbers = Numbers(source.Find("mlp.experts.gate_up_proj")!);
            Assert.Equal(1, numbers[0]);
            Assert.Equal(scale[^1], numbers[^1]);
            Assert.Equal(scale[(int)(scales.ElementCount / 3)], numbers[256 * 130]);
        }
    }

    private static bool IsOptional(string part) => part.EndsWith("g_idx", StringComparison.Ordinal);

    private static StoredForm Form(string name) => StoredForm.All.Single(form => form.Name == name);

    private static MemorySource Source(List<(string Name, TensorView Tensor)> parts) =>
        new([("model.norm.weight", new ZeroView(DType.BF16, [8])), .. parts]);

    private static float[] Numbers(TensorView view)
    {
        float[] numbers = new float[view.Shape.ElementCount];
        FloatCast.Convert(view.DType, view.ToArray(), DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }
}
