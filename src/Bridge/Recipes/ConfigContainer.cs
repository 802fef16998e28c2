using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Config.Yaml;
using MegatronBridge.Recipes.Rules;
using MegatronBridge.Recipes.Sections;
using MegatronBridge.Storage;

namespace MegatronBridge.Recipes;

/// <summary>
/// The configuration of a training run: the model, and upstream's sections beside it. Immutable but for its model; its YAML is upstream's
/// own form, class names and all.
/// </summary>
public sealed class ConfigContainer
{
    private const string ModelKey = "model";

    // Without the model; names sorted, as files have them.
    private readonly ConfigValue.Map _sections;

    private readonly ModelForm _form;

    private ConfigContainer(ModelProvider model, ConfigValue.Map sections, ModelForm form)
    {
        Model = model;
        _sections = sections;
        _form = form;
    }

    /// <summary>The model, its fields not completed.</summary>
    public ModelProvider Model { get; }

    /// <summary>Names of the sections, the model's among them.</summary>
    public IEnumerable<string> Sections => _sections.Entries.Select(entry => $"{entry.Key}").Append(ModelKey);

    /// <summary>A value by its dotted name, such as <c>train.global_batch_size</c>; null where there is none.</summary>
    public ConfigValue this[string path]
    {
        get
        {
            string[] names = path.Split('.');
            if (names is [ModelKey, var field])
            {
                return Model.Has(field) ? Model[field] : ConfigValue.Null;
            }

            ConfigValue value = _sections;
            foreach (string name in names)
            {
                value = (value as ConfigValue.Map)?.Find(name) ?? ConfigValue.Null;
            }

            return value;
        }
    }

    /// <summary>Fewest GPUs that it can run on: the larger of TP·CP and EP·ETP, times the pipeline stages.</summary>
    public int LeastGpus => LayoutRules.LeastGpus(Model);

    /// <summary>A container of a model and of sections.</summary>
    internal static ConfigContainer Of(
        ModelProvider model,
        ConfigValue.Map sections,
        ModelForm form = ModelForm.Provider
    ) => new(model, (ConfigValue.Map)Sorted(sections), form);

    /// <summary>Reads a file that upstream trains from: YAML, or JSON where its name ends so.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadFileException">It is no file of plain data, has no model, or a field of the model is of the wrong kind.</exception>
    public static ConfigContainer Load(string path)
    {
        byte[] bytes = ConfigFile.Read(path);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? Of(
                ConfigValue.FromJson(PythonJson.Parse(bytes, path)) as ConfigValue.Map
                    ?? throw new BadFileException(path, "the file is no object."),
                path
            )
            : Parse(bytes, path);
    }

    /// <summary>Reads what <see cref="ToYaml"/> wrote, or upstream.</summary>
    /// <exception cref="BadFileException">It is no YAML of plain data, has no model, or a field of the model is of the wrong kind.</exception>
    public static ConfigContainer Parse(ReadOnlySpan<byte> utf8, string path = "recipe.yaml") =>
        Of(YamlReader.Read(utf8, path), path);

    private static ConfigContainer Of(ConfigValue.Map root, string path)
    {
        ConfigValue.Map model =
            root.Find(ModelKey) as ConfigValue.Map
            ?? throw new BadFileException(path, $"there is no section \"{ModelKey}\".");
        return Of(
            ModelSection.Read(model, path, $"section \"{ModelKey}\": "),
            root.Without(ModelKey),
            BuilderSection.Is(model) ? ModelForm.Builder : ModelForm.Provider
        );
    }

    /// <summary>
    /// The same with another value for a dotted name, read by its kind: <c>train.global_batch_size</c>, <c>model.seq_length</c>,
    /// <c>mixed_precision</c>.
    /// </summary>
    /// <exception cref="InvalidConfigException">There is no such name (the nearest is told), or the text is of another kind.</exception>
    public ConfigContainer With(string path, string text) => With([new(path, text)]);

    /// <summary>The same with other values for several names, one after the other.</summary>
    /// <exception cref="InvalidConfigException">Names are not known or values of the wrong kind; all are told.</exception>
    public ConfigContainer With(IEnumerable<KeyValuePair<string, string>> settings)
    {
        ModelProvider model = Model.Clone();
        ConfigValue.Map sections = _sections;
        List<string> faults = [];
        foreach ((string path, string text) in settings)
        {
            string[] names = path.TrimStart('+').Split('.'); // upstream's way to say that a name is new
            try
            {
                if (names[0] == ModelKey)
                {
                    SetModel(model, names, text);
                }
                else
                {
                    sections = sections.With(names[0], Changed(sections, names, text));
                    sections = DevelopmentSections.Fitting(model, sections);
                }
            }
            catch (InvalidConfigException e)
            {
                faults.AddRange(e.Faults);
            }
        }

        return faults.Count == 0
            ? Of(model, DevelopmentSections.Fitting(model, sections), _form)
            : throw new InvalidConfigException(faults);
    }

    /// <summary>The same with another model.</summary>
    internal ConfigContainer With(ModelProvider model) => new(model, _sections, _form);

    /// <summary>The same with another section.</summary>
    internal ConfigContainer With(string section, ConfigValue value) =>
        Of(Model, _sections.With(section, value), _form);

    /// <summary>The faults of the configuration, all of them; empty when it can be trained.</summary>
    public IReadOnlyList<string> Faults() => [.. RecipeRules.Faults(this)];

    /// <summary>What upstream accepts but changes when the run begins; empty where it trains as the configuration says.</summary>
    public IReadOnlyList<string> Warnings() => [.. ScheduleRules.Warnings(this)];

    /// <summary>What a run needs that the configuration does not say yet, such as the checkpoint to tune, and what Megatron-Core has no place for.</summary>
    public IReadOnlyList<string> Notes() => [.. RunNotes.Of(this)];

    /// <summary>Checks the rules that upstream and Megatron-Core have for the values together.</summary>
    /// <exception cref="InvalidConfigException">Rules are broken; all are told, with their numbers.</exception>
    public void Validate()
    {
        if (Faults() is { Count: > 0 } faults)
        {
            throw new InvalidConfigException(faults);
        }
    }

    /// <summary>The text of the file, as upstream writes it.</summary>
    public string ToYaml() => YamlWriter.Write(Root());

    /// <summary>The same as JSON.</summary>
    public JsonNode ToJson() => Root().ToJson()!;

    /// <summary>True when the two say the same of everything.</summary>
    public bool Says(ConfigContainer other) => Root() == other.Root();

    private ConfigValue Changed(ConfigValue.Map sections, string[] names, string text)
    {
        ConfigValue section =
            sections.Find(names[0])
            ?? throw new InvalidConfigException(
                $"There is no section \"{names[0]}\". Did you mean \"{Spelling.Nearest(names[0], Sections)}\"?"
            );
        return names is [_, .. { Length: > 0 } inner]
            ? ConfigPath.Set(section, names[0], inner, text)
            : ConfigPath.Whole(section, names[0], text);
    }

    private static void SetModel(ModelProvider model, string[] names, string text)
    {
        if (names is not [_, var field, .. var inner])
        {
            throw new InvalidConfigException(
                $"{ModelKey} is a section: set one of its fields, {ModelKey}.FIELD, not \"{text}\"."
            );
        }

        if (inner.Length > 0 && model.Has(field))
        {
            model[field] = ConfigPath.Set(model[field], $"{ModelKey}.{field}", inner, text);
        }
        else if (text == "null" && model.Has(field))
        {
            model[field] = ConfigValue.Null; // upstream's recipes say so also of fields that are annotated otherwise
        }
        else if (model.Schema.Field(field) is { } declared)
        {
            model[field] = ConfigPath.Parse(declared, text);
        }
        else
        {
            model.SetFromText(field, text);
        }
    }

    private ConfigValue.Map Root() =>
        (ConfigValue.Map)Sorted(
            _sections.With(
                ModelKey,
                _form == ModelForm.Builder ? BuilderSection.Write(Model) : ModelSection.Write(Model)
            )
        );

    private static ConfigValue Sorted(ConfigValue value) =>
        value switch
        {
            ConfigValue.List list => ConfigValue.ListOf(list.Items.Select(Sorted)),
            ConfigValue.Map map => new ConfigValue.Map([
                .. map
                    .Entries.OrderBy(entry => $"{entry.Key}", StringComparer.Ordinal)
                    .Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value))),
            ]),
            _ => value,
        };
}
