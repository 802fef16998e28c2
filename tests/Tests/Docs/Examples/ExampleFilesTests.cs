using MegatronBridge.Config;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Docs.Examples;

public sealed class ExampleFilesTests
{
    public static TheoryData<string> Folders => [.. ExampleModel.All.Select(model => model.Folder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_files_of_an_example_are_up_to_date_or_else_run_regenerate_in_eng(string folder)
    {
        foreach ((string path, string text) in ExampleFiles.Of(Model(folder)))
        {
            Regenerated.AssertSame(path, text);
        }
    }

    [Fact]
    public void The_list_of_examples_is_up_to_date_or_else_run_regenerate_in_eng() =>
        Regenerated.AssertSame("examples/README.md", ExampleFiles.Index());

    [Fact]
    public void There_are_no_other_files()
    {
        string root = Path.Combine(Repository.Root, "examples", "models");
        IEnumerable<string> files = Directory
            .EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/work/", StringComparison.Ordinal));
        Assert.Equal(
            ExampleModel.All.SelectMany(ExampleFiles.Of).Select(file => file.Path).Order(StringComparer.Ordinal),
            files.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_example_has_words_of_its_own(string folder) =>
        Assert.True(ExampleFiles.NotesOf(Model(folder)).Length > 300, $"Write what is good to know of {folder}.");

    [Fact]
    public void Recipes_are_there_and_train_what_the_script_says()
    {
        foreach (ExampleModel model in ExampleModel.All)
        {
            Assert.True(model.Sft is null || RecipeList.Find(model.Sft)?.Mode == RecipeMode.Sft, model.Folder);
            Assert.True(model.Peft is null || RecipeList.Find(model.Peft)?.Mode == RecipeMode.Peft, model.Folder);
        }
    }

    /// <summary>The stand-in has been made to fit; the published model must as well.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void The_layout_of_the_scripts_fits_the_model_that_is_trained(string folder)
    {
        ExampleModel model = Model(folder);
        foreach ((_, Recipe recipe) in model.Training)
        {
            ModelProvider provider = recipe.Model.ToProvider();
            if (provider["num_layers"].IsNull)
            {
                continue; // the recipe itself tells what the model is, in a layout of its own
            }

            model.Sizes.ApplyTo(provider);
            provider.SequenceParallel = true;
            provider.Complete();
            Assert.Equal(0, provider.VocabSize % model.Sizes.Tp);
        }
    }

    private static ExampleModel Model(string folder) => ExampleModel.All.Single(model => model.Folder == folder);
}
