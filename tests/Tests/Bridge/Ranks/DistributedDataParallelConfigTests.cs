using MegatronBridge.Config;
using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class DistributedDataParallelConfigTests
{
    [Fact]
    public void The_defaults_are_upstreams_and_complete()
    {
        DistributedDataParallelConfig config = new();

        Assert.Equal(config, config.Complete());
        Assert.Null(config.BucketSize);
        Assert.Equal(1, config.NumDistributedOptimizerInstances);
        Assert.Equal("no_shard", config.DataParallelShardingStrategy);
    }

    [Fact]
    public void All_contradictions_are_told_at_once()
    {
        DistributedDataParallelConfig config = new()
        {
            MegatronFsdpVersion = 3,
            NumBuckets = 2,
            BucketSize = 100,
            NumDistributedOptimizerInstances = 2,
            Fp8ParamGather = true,
            UseMegatronFsdp = true,
        };

        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(config.Complete);

        Assert.Equal(5, fault.Faults.Count);
        Assert.Contains("num_buckets (2) and bucket_size (100)", fault.Message);
        Assert.Contains("megatron_fsdp_version is 3", fault.Message);
    }

    [Fact]
    public void Two_buffers_as_large_as_the_largest_unit_are_two_buffers()
    {
        DistributedDataParallelConfig config = new() { MegatronFsdpMaxPoolDoubleBuffer = true };

        Assert.True(config.Complete().FsdpDoubleBuffer);
    }
}
