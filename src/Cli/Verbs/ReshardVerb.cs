using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>reshard</c>: the tensors of a Hugging Face model in files of another size.</summary>
internal sealed class ReshardVerb : Verb
{
    private readonly SourceModel _model = new();
    private readonly RewriteSettings _rewrite = new(
        "Largest size of a file, such as 5GB. Default 5 GB; a larger tensor has a file of its own."
    );

    public ReshardVerb()
        : base("reshard", "Puts the tensors of a Hugging Face model into files of another size, bit for bit.")
    {
        _model.AddTo(this, isRequired: true);
        _rewrite.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model tiny-llama --hf-path tiny-llama-shards --max-shard-size 100KB";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        ToolOptions options = _rewrite.Read(parsed);
        string model = await _model.LocateAsync(parsed, terminal, _rewrite, options, cancellation);
        using ModelRewrite rewrite = ShardSize.Open(model, options);
        return await _rewrite.RunAsync(Name, rewrite, parsed, terminal, cancellation);
    }
}
