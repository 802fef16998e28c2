using System.Text.Json.Nodes;
using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class BucketLayoutTests
{
    [Fact]
    public void Without_a_distributed_optimizer_parameters_are_side_by_side_from_the_last_to_the_first()
    {
        BucketLayout layout = BucketLayout.Of([(10, false), (20, true), (30, false)], 25, shards: null);

        Assert.Equal([(50, 60, 1), (30, 50, 1), (0, 30, 0)], layout.Places);
        Assert.Equal([(0, 30, 30), (30, 60, 30)], layout.Buckets);
    }

    [Fact]
    public void With_one_they_begin_at_multiples_of_64_and_buckets_end_where_128_and_the_ranks_divide()
    {
        BucketLayout layout = BucketLayout.Of([(10, false), (20, false), (30, false)], 25, shards: 3);

        Assert.Equal([(448, 458, 1), (384, 404, 1), (0, 30, 0)], layout.Places);
        Assert.Equal([(0, 384, 30), (384, 768, 74)], layout.Buckets);
        Assert.Equal(768, layout.ElementCount);
    }

    [Fact]
    public void An_embedding_that_stages_share_has_a_bucket_of_its_own()
    {
        BucketLayout layout = BucketLayout.Of([(100, true), (20, false), (30, false)], bucketSize: null, shards: 2);

        Assert.Equal([(128, 228, 1), (64, 84, 0), (0, 30, 0)], layout.Places);
        Assert.Equal([(0, 128, 128), (128, 256, 100)], layout.Buckets);
    }

    /// <summary>Sixty layouts, as Megatron-Core's own functions made them.</summary>
    [Fact]
    public async Task Layouts_are_those_of_Megatron()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Fixtures", "ranks", "bucket-layouts.json");
        JsonArray cases = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsArray();
        Assert.Equal(60, cases.Count);
        foreach (JsonNode? node in cases)
        {
            BucketLayout layout = BucketLayout.Of(
                [.. Numbers(node!["elements"]).Zip(node["alone"]!.AsArray().Select(alone => alone!.GetValue<bool>()))],
                node["bucket_size"]?.GetValue<long>(),
                node["shards"]?.GetValue<int>(),
                node["fast"]!.GetValue<bool>()
            );

            Assert.Equal(
                node["places"]!.AsArray().Select(Numbers),
                layout.Places.Select(place => (long[])[place.Start, place.End, place.Bucket])
            );
            Assert.Equal(
                node["buckets"]!.AsArray().Select(Numbers),
                layout.Buckets.Select(bucket => (long[])[bucket.Start, bucket.End, bucket.Unpadded])
            );
        }
    }

    private static long[] Numbers(JsonNode? array) => [.. array!.AsArray().Select(number => number!.GetValue<long>())];
}
