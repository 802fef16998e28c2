using System.Security.Cryptography;
using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class WeightInitializationTests
{
    [Theory]
    [InlineData("llama", "tp2pp2")]
    [InlineData("llama", "tp1pp2vpp2")]
    [InlineData("qwen3moe", "tp2ep2")]
    [InlineData("qwen3moe", "tp2etp2")]
    [InlineData("deepseek_v3", "tp1pp2")]
    [InlineData("nemotron_h", "tp2pp2")]
    [InlineData("qwen3_next", "tp2pp1")]
    [InlineData("qwen3_vl", "tp2pp2")]
    public void A_seed_gives_the_same_model_in_every_layout(string family, string layout)
    {
        Dictionary<string, string> one = Hashes(family, "tp1pp1");
        Dictionary<string, string> many = Hashes(family, layout);
        Assert.Equal(one, many);
        Assert.NotEqual(one, Hashes(family, "tp1pp1", seed: 2));
    }

    /// <summary>The bits do not depend on the machine, nor on a later version.</summary>
    [Fact]
    public void A_seed_gives_these_bits()
    {
        IReadOnlyList<MegatronModel> models = RankModels.Build("llama", ParallelSizes.One, RankWorld.One);
        WeightInitialization.Initialize(models, 1234);
        byte[] all = [.. models[0].Tensors.SelectMany(tensor => Bytes(tensor.View))];
        Assert.Equal(
            "5bc9f26d7744f79eb0ee797096a9e1b083cd80d1d6388e6ce2154dc45688bef9",
            Convert.ToHexStringLower(SHA256.HashData(all))
        );
    }

    [Fact]
    public void Weights_are_distributed_as_the_config_says()
    {
        IReadOnlyList<MegatronModel> models = RankModels.Build("llama-untied", ParallelSizes.One, RankWorld.One);
        WeightInitialization.Initialize(models, 1);
        float[] Of(string name) => models[0].Find(name)!.View.Numbers();
        RequireNormal(Of("embedding.word_embeddings.weight"), 0.02);
        RequireNormal(Of("decoder.layers.0.self_attention.linear_qkv.weight"), 0.02);
        RequireNormal(Of("decoder.layers.0.mlp.linear_fc2.weight"), 0.01);
        Assert.All(Of("decoder.final_layernorm.weight"), number => Assert.Equal(1, number));

        IReadOnlyList<MegatronModel> hybrid = RankModels.Build("nemotron_h", ParallelSizes.One, RankWorld.One);
        WeightInitialization.Initialize(hybrid, 1);
        float[] kernel = hybrid[0].Find("decoder.layers.0.mixer.conv1d_weight")!.View.Numbers();
        Assert.InRange(kernel.Max(), 0.47f, 0.5f);
        Assert.InRange(kernel.Min(), -0.5f, -0.47f);
        Assert.InRange(kernel.Average(), -0.05f, 0.05f);
        Assert.All(
            hybrid[0].Find("decoder.layers.0.mixer.A_log")!.View.Numbers(),
            number => Assert.InRange(number, 0, 2.78f)
        );
        Assert.All(
            hybrid[0].Find("decoder.layers.0.mixer.dt_bias")!.View.Numbers(),
            number => Assert.InRange(Math.Log(1 + Math.Exp(number)), 0.00099, 0.1005)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ranks_have_alike_what_they_replicate_and_differ_in_what_they_share(bool byRank)
    {
        ParallelSizes sizes = new() { Tp = 2, Ep = 2 };
        IReadOnlyList<Dictionary<string, string>> ranks = Draw("qwen3moe", 4, sizes, byRank);
        const string Router = "decoder.layers.0.mlp.router.weight";
        const string Attention = "decoder.layers.0.self_attention.linear_qkv.weight";
        const string Expert = "decoder.layers.0.mlp.experts.linear_fc1.weight0";
        Assert.Single(ranks.Select(rank => rank[Router]).Distinct());
        Assert.Equal([ranks[0][Attention], ranks[1][Attention]], [ranks[2][Attention], ranks[3][Attention]]);
        Assert.NotEqual(ranks[0][Attention], ranks[1][Attention]);
        Assert.Equal([ranks[0][Expert], ranks[1][Expert]], [ranks[2][Expert], ranks[3][Expert]]);
        Assert.NotEqual(ranks[0][Expert], ranks[1][Expert]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replicas_differ_with_data_parallel_random_init_until_they_are_wrapped(bool byRank)
    {
        RankWorld.Run(
            2,
            world =>
            {
                IReadOnlyList<MegatronModel> models = RankModels.Build("llama-untied", ParallelSizes.One, world);
                Initialize(models, byRank, dataParallelRandomInit: true);
                ModelTensor tensor = models[0].Find("output_layer.weight")!;
                string[] before = Exchange(world, Hash(tensor.View));
                Assert.NotEqual(before[0], before[1]);

                DataParallelModel.Wrap(models, new(), dataParallelRandomInit: true);

                string[] after = Exchange(world, Hash(tensor.View));
                Assert.Equal([before[0], before[0]], after);
            }
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tied_head_on_the_last_stage_is_the_embedding_on_the_first(bool byRank)
    {
        IReadOnlyList<Dictionary<string, string>> ranks = Draw("llama", 4, new() { Tp = 2, Pp = 2 }, byRank);
        Assert.Equal(ranks[0]["embedding.word_embeddings.weight"], ranks[2]["output_layer.weight"]);
        Assert.Equal(ranks[1]["embedding.word_embeddings.weight"], ranks[3]["output_layer.weight"]);
        Assert.NotEqual(ranks[0]["embedding.word_embeddings.weight"], ranks[1]["embedding.word_embeddings.weight"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fully_sharded_models_are_drawn_row_by_row_to_the_same(bool byRank)
    {
        RankWorld.Run(
            3,
            world =>
            {
                IReadOnlyList<MegatronModel> whole = RankModels.Build("llama-untied", ParallelSizes.One, world);
                IReadOnlyList<MegatronModel> shared = RankModels.Build("llama-untied", ParallelSizes.One, world);
                using TorchFullyShardedDataParallel model = TorchFullyShardedDataParallel.Wrap(shared, new())[0];
                Initialize(whole, byRank);
                Initialize(shared, byRank);
                using (model.Gather())
                {
                    Assert.All(
                        whole[0].Tensors.Zip(shared[0].Tensors),
                        pair => Assert.Equal(Bytes(pair.First.View), Bytes(pair.Second.View))
                    );
                }
            }
        );
    }

    [Fact]
    public void Without_initialization_only_what_is_not_drawn_is_set()
    {
        ModelProvider provider = RankModels.Provider("llama", ParallelSizes.One);
        provider.PerformInitialization = false;
        IReadOnlyList<MegatronModel> models = MegatronModel.Build(provider, new(RankWorld.One, ParallelSizes.One));
        WeightInitialization.Initialize(models, 1);
        Assert.All(models[0].Find("decoder.layers.0.mlp.linear_fc2.weight")!.View.Numbers(), x => Assert.Equal(0, x));
        Assert.All(models[0].Find("decoder.final_layernorm.weight")!.View.Numbers(), x => Assert.Equal(1, x));
    }

    private static void Initialize(
        IReadOnlyList<MegatronModel> models,
        bool byRank,
        bool dataParallelRandomInit = false
    )
    {
        if (byRank)
        {
            WeightInitialization.Initialize(models, RankSeeds.Of(1234, models[0].Parallel, dataParallelRandomInit));
        }
        else
        {
            WeightInitialization.Initialize(models, 1234, dataParallelRandomInit);
        }
    }

    private static IReadOnlyList<Dictionary<string, string>> Draw(
        string family,
        int ranks,
        ParallelSizes sizes,
        bool byRank
    ) =>
        RankWorld.Run(
            ranks,
            world =>
            {
                IReadOnlyList<MegatronModel> models = RankModels.Build(family, sizes, world);
                Initialize(models, byRank);
                return models[0].Tensors.ToDictionary(tensor => tensor.Name, tensor => Hash(tensor.View));
            }
        );

    /// <summary>Hashes of all parameters of the whole model.</summary>
    private static Dictionary<string, string> Hashes(string family, string layout, int seed = 1)
    {
        ParallelSizes sizes = new GoldenCase(family, layout).Sizes;
        return RankWorld.Run(
            sizes.WorldSize,
            world =>
            {
                IReadOnlyList<MegatronModel> models = RankModels.Build(family, sizes, world);
                WeightInitialization.Initialize(models, seed);
                GatheredParameters gathered = new(models);
                return models[0]
                    .Table.Parameters.ToDictionary(
                        parameter => parameter.Name,
                        parameter => Hash(gathered.Find(parameter)!)
                    );
            }
        )[0];
    }

    private static void RequireNormal(float[] numbers, double std)
    {
        double mean = numbers.Average(number => (double)number);
        double variance = numbers.Average(number => (number - mean) * (number - mean));
        double fourth = numbers.Average(number => Math.Pow((number - mean) / std, 4));
        double error = std / Math.Sqrt(numbers.Length);
        Assert.InRange(mean, -4 * error, 4 * error);
        Assert.InRange(Math.Sqrt(variance), std * 0.96, std * 1.04);
        Assert.InRange(fourth, 2.7, 3.3); // of a normal distribution 3
        Assert.InRange(numbers.Count(number => Math.Abs(number) < std) / (double)numbers.Length, 0.66, 0.705);
    }

    private static string[] Exchange(RankWorld world, string hash)
    {
        byte[] all = new byte[64 * world.Size];
        world.All.AllGather(System.Text.Encoding.ASCII.GetBytes(hash), all);
        return [.. System.Text.Encoding.ASCII.GetString(all).Chunk(64).Select(chunk => new string(chunk))];
    }

    private static string Hash(TensorView view) => Convert.ToHexStringLower(SHA256.HashData(Bytes(view)));

    private static byte[] Bytes(TensorView view)
    {
        byte[] bytes = new byte[view.ByteCount];
        view.Read(0, bytes);
        return bytes;
    }
}
