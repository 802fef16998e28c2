using System.Text.Json.Nodes;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Cpu.Chat;

/// <summary>Expectations: <c>tests/Fixtures/chat</c>, written by <c>tests/Conformance/Python/chat_reference.py</c>.</summary>
public sealed class ChatTemplateTests
{
    private static readonly Dictionary<string, string> Tokens = new()
    {
        ["bos_token"] = "<s>",
        ["eos_token"] = "</s>",
        ["pad_token"] = "<pad>",
        ["unk_token"] = "<unk>",
    };

    [Fact]
    public void Templates_are_rendered_as_transformers_renders_them_and_fail_where_they_fail_there()
    {
        string[] lines = File.ReadAllLines(
            Path.Combine(AppContext.BaseDirectory, "Fixtures", "chat", "templates.jsonl")
        );
        JsonArray[] cases = [.. JsonNode.Parse(lines[0])!.AsArray().Select(own => own!.AsArray())];
        Assert.True(lines.Length > 80);
        Assert.All(
            lines.Skip(1).Select(line => JsonNode.Parse(line)!.AsArray()),
            expected =>
            {
                ChatTemplate template = Parse(expected[0]!.GetValue<string>());
                for (int i = 0; i < cases.Length; i++)
                {
                    JsonNode wanted = expected[1]![i]!;
                    JsonObject setting = cases[i][1]!.AsObject();
                    string Render() =>
                        template.Render(
                            cases[i][0]!.AsArray(),
                            setting["add_generation_prompt"]!.GetValue<bool>(),
                            setting["tools"]?.AsArray()
                        );
                    if (wanted is JsonObject)
                    {
                        Assert.Throws<ChatTemplateException>(Render);
                    }
                    else
                    {
                        Assert.Equal(wanted.GetValue<string>(), Render());
                    }
                }
            }
        );
    }

    [Fact]
    public void A_conversation_becomes_a_text_that_ends_where_the_answer_begins()
    {
        ChatTemplate template = Parse(
            """
            {{ bos_token }}
            {%- for message in messages %}
                {{- '<|' + message.role + '|>' + message.content + eos_token }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|assistant|>' + mood | default('') }}
            {%- endif %}
            """
        );
        ChatMessage[] messages = [new("system", "Be kind."), new("user", "Hi")];
        Assert.Equal("<s><|system|>Be kind.</s><|user|>Hi</s><|assistant|>", template.Render(messages));
        Assert.Equal("<s><|system|>Be kind.</s><|user|>Hi</s>", template.Render(messages, addGenerationPrompt: false));
        Assert.EndsWith("<|assistant|>gay", template.Render(messages, variables: new JsonObject { ["mood"] = "gay" }));
    }

    [Fact]
    public void A_refusal_of_the_template_is_told_in_its_own_words()
    {
        ChatTemplate template = Parse(
            "{% if messages[0].role != 'user' %}{{ raise_exception('Users begin!') }}{% endif %}"
        );
        Assert.Contains(
            "Users begin!",
            Assert.Throws<ChatTemplateException>(() => template.Render([new ChatMessage("system", "x")])).Message
        );
    }

    [Fact]
    public void A_fault_tells_its_line()
    {
        ChatTemplate template = Parse("a\nb\n{{ messages[0].nothing.at_all }}");
        Assert.Contains(
            "line 3",
            Assert.Throws<ChatTemplateException>(() => template.Render([new ChatMessage("user", "x")])).Message
        );
    }

    [Theory]
    [InlineData("{{ 1 | surprise }}", "'surprise'")]
    [InlineData("{{ 1 is surprising }}", "'surprising'")]
    [InlineData("{% include 'x' %}", "'include'")]
    [InlineData("{% for x in y recursive %}{% endfor %}", "recursive")]
    [InlineData("{{ f(**x) }}", "**")]
    [InlineData("{% if x %}", "'endif'")]
    [InlineData("{{ 'x }}", "quote")]
    [InlineData("{{ (1 }}", "nothing opens")]
    [InlineData("{{ ) }}", "nothing opens")]
    [InlineData("{{ }}", "expression")]
    [InlineData("{% break %}", "outside of a loop")]
    [InlineData("{{ 99999999999999999999 }}", "too large")]
    public void What_is_wrong_or_not_supported_is_named_before_anything_is_rendered(string template, string named)
    {
        BadFileException fault = Assert.Throws<BadFileException>(() => Parse(template));
        Assert.Contains(named, fault.Fault);
        Assert.Contains("line 1", fault.Fault);
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData(
        "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}"
    )]
    [InlineData("{{ 'a' * 999999999 }}")]
    [InlineData("{{ [1] * 999999999 }}")]
    [InlineData("{{ 10 ** 999999999 }}")]
    [InlineData("{{ range(999999999) }}")]
    [InlineData("{{ 'aaaaaaaaaa'.replace('', 'b' * 9999999) }}")]
    [InlineData("{{ 'a'.rjust(2000000000) }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData(
        "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}"
    )]
    [InlineData(
        "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}"
    )]
    [InlineData(
        "{% set ns = namespace(x=[], y=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}"
    )]
    [InlineData(
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}"
    )]
    [InlineData(
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}"
    )]
    public void A_template_that_would_not_end_or_fill_the_memory_is_stopped(string template)
    {
        Assert.Throws<ChatTemplateException>(() => Parse(template).Render([new ChatMessage("user", "x")]));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1 if 1 else ", "")]
    [InlineData("f(", ")")]
    public void Expressions_that_nest_too_deep_are_refused(string open, string close)
    {
        string deep =
            string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Throws<BadFileException>(() => Parse("{{ " + deep + " }}"));
    }

    [Theory]
    [InlineData("1+", "1")]
    [InlineData("1 and ", "1")]
    [InlineData("a|", "upper")]
    [InlineData("a.", "b")]
    public void Expressions_that_are_too_long_are_refused_or_evaluated(string part, string end)
    {
        string text = "{{ " + string.Concat(Enumerable.Repeat(part, 100_000)) + end + " }}";
        try
        {
            Parse(text).Render([new ChatMessage("user", "x")]);
        }
        catch (Exception e) when (e is BadFileException or ChatTemplateException) { }
    }

    [Fact]
    public void Damaged_templates_are_rendered_or_refused()
    {
        string[] templates =
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "chat", "templates.jsonl"))
                .Skip(1)
                .Select(line => JsonNode.Parse(line)![0]!.GetValue<string>()),
        ];
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            string template = templates[random.Next(templates.Length)] + templates[random.Next(templates.Length)];
            int at = random.Next(template.Length);
            template = (i % 3) switch
            {
                0 => template[..at],
                1 => template.Remove(at, Math.Min(random.Next(4), template.Length - at)),
                _ => template.Insert(at, "{%}-|('\"[ not if in"[random.Next(20)..]),
            };
            try
            {
                Parse(template).Render([new ChatMessage("user", "x")]);
            }
            catch (Exception e) when (e is BadFileException or ChatTemplateException) { }
        }
    }

    private static ChatTemplate Parse(string template) =>
        ChatTemplate.Parse(template, "template", Tokens, new FixedClock());
}
