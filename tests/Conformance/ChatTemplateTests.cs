using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Tests.Cpu.Chat;

namespace MegatronBridge.Conformance;

/// <summary>Rendered conversations against the real transformers and jinja2.</summary>
public sealed class ChatTemplateTests(Python python)
{
    private static readonly Dictionary<string, string> Tokens = new()
    {
        ["bos_token"] = "<s>",
        ["eos_token"] = "</s>",
        ["pad_token"] = "<pad>",
        ["unk_token"] = "<unk>",
    };

    [Theory]
    [InlineData("llama3")]
    [InlineData("qwen3")]
    [InlineData("gemma3")]
    [InlineData("deepseek_v3")]
    public void The_template_of_a_real_model_renders_every_conversation_the_same(string name)
    {
        string file = Path.Combine(RealTokenizers.FolderOf(name), "tokenizer_config.json");
        string template = JsonNode.Parse(File.ReadAllBytes(file))!["chat_template"]!.GetValue<string>();
        Assert.True(Check(template) > 10);
    }

    [Fact]
    public void Templates_of_every_part_of_Jinja_render_every_conversation_the_same()
    {
        JsonElement[] templates = [.. python.Call("chat_reference", "templates").EnumerateArray()];
        Assert.True(templates.Length > 80);
        Assert.All(templates, template => Check(template.GetString()!));
    }

    // Returns how many conversations are rendered; the others fail on both sides.
    private int Check(string text)
    {
        ChatTemplate template = ChatTemplate.Parse(text, "template", Tokens, new FixedClock());
        JsonArray cases = JsonNode.Parse(python.Call("chat_reference", "cases").GetRawText())!.AsArray();
        JsonElement[] wanted = [.. python.Call("chat_reference", "rendered", text).EnumerateArray()];
        int rendered = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            JsonObject setting = cases[i]![1]!.AsObject();
            string Render() =>
                template.Render(
                    cases[i]![0]!.AsArray(),
                    setting["add_generation_prompt"]!.GetValue<bool>(),
                    setting["tools"]?.AsArray(),
                    setting["variables"]?.AsObject()
                );
            if (wanted[i].ValueKind == JsonValueKind.Object)
            {
                Assert.Throws<ChatTemplateException>(Render);
            }
            else
            {
                Assert.Equal(wanted[i].GetString(), Render());
                rendered++;
            }
        }
        return rendered;
    }
}
