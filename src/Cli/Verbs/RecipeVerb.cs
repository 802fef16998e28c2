using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;
using MegatronBridge.Recipes;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>recipe</c>: how a model of a published size is trained, as the file that upstream trains from.</summary>
internal sealed class RecipeVerb : Verb
{
    private readonly Argument<string> _action = new("ACTION")
    {
        HelpName = "list|show|derive",
        Description = "list: the recipes. show: the configuration of one. derive: that of a model of your own.",
    };

    private readonly Argument<string?> _name = new("NAME")
    {
        HelpName = "NAME",
        Description = "The recipe to show.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly TextOption _family = new("--family", "NAME", "List only the recipes of this family.");
    private readonly TextOption _mode = new(
        "--mode",
        "pretrain|sft|peft",
        "What is trained: list only such recipes, or derive one."
    );
    private readonly FlagOption _upstream = new("--upstream", "List only the recipes that upstream has.");
    private readonly FlagOption _derived = new("--derived", "List only the recipes that upstream has not.");
    private readonly FlagOption _perf = new(
        "--perf",
        "List or show upstream's performance recipes, which measure the throughput of given GPUs. They are not among the others."
    );

    private readonly SettingsOption _settings = new(
        "Another value for a name of the configuration, such as train.global_batch_size=16. As often as needed."
    );

    private readonly TextOption _from = new(
        "--from",
        "FILE",
        "Show what a file says instead of a recipe: one that recipe show wrote, or upstream, edited or not."
    );

    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "The model to derive a recipe for: a config.json, its folder, or ORG/NAME or ORG/NAME@REV on the Hub; no weights are needed.",
        "--hf-model-id"
    );

    private readonly HubSettings _hub = new();

    private readonly FlagOption _dora = new("--dora", "Adapters of DoRA instead of LoRA.");
    private readonly TextOption _format = new("--format", "yaml|json", "How to print the configuration. Default yaml.");

    public RecipeVerb()
        : base("recipe", "Lists the training recipes, or shows the configuration of one as upstream trains from it.")
    {
        Arguments.Add(_action);
        Arguments.Add(_name);
        Options.Add(_family);
        Options.Add(_mode);
        Options.Add(_upstream);
        Options.Add(_derived);
        Options.Add(_perf);
        Options.Add(_settings);
        Options.Add(_from);
        Options.Add(_hfModel);
        _hub.AddTo(this);
        Options.Add(_dora);
        Options.Add(_format);
    }

    /// <inheritdoc/>
    public override string Example => "show llama31_8b_sft --set train.global_batch_size=16";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string action = parsed.GetRequiredValue(_action);
        if (action != "derive" && parsed.GetValue(_hfModel) is not null)
        {
            throw Wrong($"--hf-model is what recipe derive takes; recipe {action} is about published models.");
        }

        return action switch
        {
            "list" => List(parsed),
            "show" => Show(parsed, terminal),
            "derive" => await DeriveAsync(parsed, terminal, cancellation),
            _ => throw Wrong(
                $"There is no recipe {action}. Say recipe list, recipe show NAME or recipe derive --hf-model MODEL --mode sft."
            ),
        };
    }

    private Report List(ParseResult parsed)
    {
        (bool upstream, bool derived) = (parsed.GetValue(_upstream), parsed.GetValue(_derived));
        if (upstream && derived)
        {
            throw Wrong("--upstream and --derived together leave nothing to list.");
        }

        bool perf = parsed.GetValue(_perf);
        if (perf && (upstream || derived))
        {
            throw Wrong("--perf lists the performance recipes alone: leave --upstream and --derived out.");
        }

        IReadOnlyList<Recipe> recipes = perf ? RecipeList.Performance : RecipeList.All;
        string[] families = [.. recipes.Select(recipe => recipe.Family).Distinct()];
        if (parsed.GetValue(_family) is { } family && !families.Contains(family))
        {
            throw Wrong(
                $"There is no family \"{family}\" with {(perf ? "performance recipes" : "recipes")}. Did you mean "
                    + $"\"{Spelling.Nearest(family, families)}\"? There are {string.Join(", ", families)}."
            );
        }

        RecipeMode? mode = parsed.GetValue(_mode) is { } name ? ModeOf(name) : null;
        return new RecipeListReport([
            .. recipes
                .Where(recipe => parsed.GetValue(_family) is not { } only || recipe.Family == only)
                .Where(recipe => mode is null || recipe.Mode == mode)
                .Where(recipe => recipe.IsUpstream ? !derived : !upstream),
        ]);
    }

    private RecipeMode ModeOf(string name) =>
        name switch
        {
            "pretrain" => RecipeMode.Pretrain,
            "sft" => RecipeMode.Sft,
            "peft" => RecipeMode.Peft,
            _ => throw Wrong($"--mode takes pretrain, sft or peft, not \"{name}\"."),
        };

    private async Task<Report> DeriveAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (parsed.GetValue(_name) is not null || parsed.GetValue(_from) is not null)
        {
            throw Wrong("derive takes a model, --hf-model, and neither NAME nor --from.");
        }

        string model =
            parsed.GetValue(_hfModel)
            ?? throw Wrong("Which model? Give --hf-model with its config.json or its name on the Hub.");
        RecipeMode mode = ModeOf(parsed.GetValue(_mode) ?? throw Wrong("Give --mode pretrain, sft or peft."));
        HubModel located = await _hub.LocateConfigAsync(model, parsed, terminal, cancellation);
        Recipe recipe = RecipeList.Derive(located.Path, mode, located.Snapshot is null ? null : located.Id);
        return Of(parsed, terminal, WithDora(parsed, recipe));
    }

    private RecipeReport Show(ParseResult parsed, Terminal terminal)
    {
        string? name = parsed.GetValue(_name);
        string? file = parsed.GetValue(_from);
        if (file is not null && (name is not null || parsed.GetValue(_dora) || parsed.GetValue(_perf)))
        {
            throw Wrong("--from takes all from the file; leave NAME, --dora and --perf out.");
        }

        Recipe? recipe = file is null
            ? Chosen(parsed, name ?? throw Wrong("Which recipe? recipe list has the names."))
            : null;
        if (recipe is not null)
        {
            Tell(terminal, "Warning", Namesake(recipe, name!));
        }

        return Of(parsed, terminal, recipe);
    }

    // The configuration of a recipe, or of a file.
    private RecipeReport Of(ParseResult parsed, Terminal terminal, Recipe? recipe)
    {
        string format = parsed.GetValue(_format) ?? "yaml";
        if (format is not ("yaml" or "json"))
        {
            throw Wrong($"--format takes yaml or json, not \"{format}\".");
        }

        IReadOnlyList<KeyValuePair<string, string>> settings = parsed.GetValue(_settings) ?? [];
        ConfigContainer config =
            recipe?.Build(settings) ?? ConfigContainer.Load(parsed.GetValue(_from)!).With(settings);
        config.Validate();
        Tell(terminal, "Warning", config.Warnings());
        Tell(terminal, "Note", config.Notes());
        return new(recipe, config, format == "json");
    }

    private static void Tell(Terminal terminal, string kind, IEnumerable<string> remarks)
    {
        foreach (string remark in remarks)
        {
            terminal.Error.WriteLine(Printable.Line($"{kind}: {remark}"));
        }
    }

    private Recipe Chosen(ParseResult parsed, string name)
    {
        bool perf = parsed.GetValue(_perf);
        Recipe recipe =
            (perf ? RecipeList.FindPerformance(name) : RecipeList.Find(name))
            ?? throw Wrong(
                perf
                    ? NoPerformance(name)
                    : $"There is no recipe \"{name}\". Did you mean \"{RecipeList.Nearest(name)}\"?"
            );
        return WithDora(parsed, recipe);
    }

    private Recipe WithDora(ParseResult parsed, Recipe recipe) =>
        !parsed.GetValue(_dora) ? recipe
        : recipe.Mode == RecipeMode.Peft ? recipe.WithDora()
        : throw Wrong($"{recipe.Name} trains all weights; --dora is for recipes that train adapters.");

    private static string NoPerformance(string name) =>
        RecipeList.Find(name) is null
            ? $"There is no performance recipe \"{name}\". Did you mean "
                + $"\"{Spelling.Nearest(name, RecipeList.Performance.Select(recipe => recipe.Name))}\"?"
            : $"There is no performance recipe \"{name}\"; the library has one, without --perf.";

    // Upstream has some names twice, with different settings.
    private static IEnumerable<string> Namesake(Recipe recipe, string name)
    {
        if (recipe.Kind != RecipeKind.Performance && RecipeList.FindPerformance(name) is not null)
        {
            yield return "upstream has a performance recipe of that name too, with other settings: --perf shows it.";
        }
    }

    private UsageException Wrong(string fault) => new($"{CommandLine.Name} {Name}", [fault]);
}
