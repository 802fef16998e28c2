using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Hub;
using MegatronBridge.Recipes;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The options of all verbs that need to know a model, but none of its weights.</summary>
internal sealed class ModelOptions
{
    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "A config.json, the folder of a Hugging Face model, or ORG/NAME or ORG/NAME@REV on the Hub; no weights are needed.",
        "--hf-model-id"
    );

    private readonly TextOption _megatronPath = new(
        "--megatron-path",
        "PATH",
        "A Megatron checkpoint, or its run_config.yaml, instead."
    );

    private readonly TextOption _recipe = new(
        "--recipe",
        "NAME",
        "A recipe (recipe list has the names), or the YAML file of a run: its model, layout, batches and adapters."
    );

    private readonly SettingsOption _settings = new(
        "Set a field of the Megatron model, by upstream's name, such as mtp_num_layers=1; of a recipe anything, such as "
            + "train.global_batch_size=16. May be repeated."
    );

    private readonly HubSettings _hub = new();

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_hfModel);
        verb.Options.Add(_megatronPath);
        verb.Options.Add(_recipe);
        verb.Options.Add(_settings);
        _hub.AddTo(verb);
    }

    /// <summary>Settings of the model's fields, in their order; those of a recipe are in it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings(ParseResult parsed) =>
        parsed.GetValue(_recipe) is null ? parsed.GetRequiredValue(_settings) : [];

    /// <summary>What a recipe says, with the settings; null when none was given.</summary>
    public RecipeTraining? ReadRecipe(ParseResult parsed)
    {
        RequireOne(parsed);
        if (parsed.GetValue(_recipe) is not { } name)
        {
            return null;
        }

        IEnumerable<KeyValuePair<string, string>> settings = parsed.GetRequiredValue(_settings);
        if (File.Exists(name))
        {
            return RecipeTraining.Of(ConfigContainer.Load(name).With(settings), Path.GetFileName(name));
        }

        Recipe recipe =
            RecipeList.Find(name)
            ?? throw UsageException.Of(
                parsed,
                $"There is no recipe \"{name}\", nor such a file. Did you mean \"{RecipeList.Nearest(name)}\"?"
            );
        return RecipeTraining.Of(recipe.Build(settings), recipe.Name);
    }

    /// <summary>The model, settings not applied.</summary>
    public async Task<ModelDescription> ReadAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        (string? hf, string? megatron) = (parsed.GetValue(_hfModel), parsed.GetValue(_megatronPath));
        if (megatron is not null)
        {
            return ModelDescription.OfMegatron(megatron);
        }

        HubModel located = await _hub.LocateConfigAsync(hf!, parsed, terminal, cancellation);
        ModelDescription model = ModelDescription.OfHf(located.Path);
        return model with { Name = located.Snapshot is null ? model.Name : $"{located.Id}, {model.Name}" };
    }

    private void RequireOne(ParseResult parsed)
    {
        int given = new[] { _hfModel, _megatronPath, _recipe }.Count(option => parsed.GetValue(option) is not null);
        if (given != 1)
        {
            throw UsageException.Of(
                parsed,
                given == 0
                    ? "Which model? Give --hf-model, --megatron-path or --recipe."
                    : "Give one of --hf-model, --megatron-path and --recipe, not several."
            );
        }
    }
}
