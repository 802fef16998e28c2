using System.Text.Json.Nodes;

namespace MegatronBridge.Tests.Cpu.Generation;

/// <summary>The small trained model of the README, and what transformers continues with it.</summary>
internal static class SampleModel
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "tiny-llama");

    /// <summary>Tokens of prompts, and those that follow when the most likely one is taken each time.</summary>
    public static IReadOnlyList<(int[] Prompt, int[] Continuation)> Greedy { get; } =
    [
        .. JsonNode
            .Parse(File.ReadAllText(Path.Combine(Folder, "greedy.json")))!
            .AsArray()
            .Select(entry => (Prompt: Tokens(entry!["input_ids"]!), All: Tokens(entry["output_ids"]!)))
            .Select(entry => (entry.Prompt, entry.All[entry.Prompt.Length..])),
    ];

    private static int[] Tokens(JsonNode list) => [.. list.AsArray().Select(token => token!.GetValue<int>())];
}
