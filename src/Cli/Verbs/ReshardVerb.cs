using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>reshard</c>: the tensors of a Hugging Face model in files of another size.</summary>
internal sealed class ReshardVerb : RewriteVerb
{
    public ReshardVerb()
        : base(
            "reshard",
            "Puts the tensors of a Hugging Face model into files of another size, bit for bit.",
            "Largest size of a file, such as 5GB. Default 5 GB; a larger tensor has a file of its own.",
            needsModel: true
        )
    {
        AddAllOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model tiny-llama --hf-path tiny-llama-shards --max-shard-size 100KB";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        ToolOptions options = Read(parsed);
        string model = await LocateAsync(options, parsed, terminal, cancellation);
        using ModelRewrite rewrite = ShardSize.Open(model, options);
        return await ConvertAsync(rewrite, parsed, terminal, cancellation);
    }
}
