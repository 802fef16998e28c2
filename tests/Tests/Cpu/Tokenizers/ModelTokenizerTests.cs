using MegatronBridge.Cpu.Chat;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Cpu.Tokenizers;

public sealed class ModelTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Special_tokens_come_from_the_config_and_else_from_the_map()
    {
        Write(
            "tokenizer_config.json",
            """{"bos_token": {"content": "<|start|>"}, "eos_token": "<|end|>", "add_bos_token": true, "unk_token": null}"""
        );
        Write("special_tokens_map.json", """{"bos_token": "no", "pad_token": {"content": "<|end|>"}}""");
        ModelTokenizer model = Open("qwen");
        Assert.Equal("<|start|>", model.BosToken);
        Assert.Equal("<|end|>", model.EosToken);
        Assert.Equal(model.Tokenizer.IdOf("<|start|>"), model.BosId);
        Assert.Equal(model.Tokenizer.IdOf("<|end|>"), model.PadId);
        Assert.Equal([model.Tokenizer.IdOf("<|end|>")!.Value], model.EosIds);
        Assert.Equal([model.BosId!.Value, .. model.Tokenizer.Encode("of it")], model.Encode("of it"));
        Assert.Equal(model.Tokenizer.Encode("of it"), model.Encode("of it", addSpecialTokens: false));
    }

    [Fact]
    public void A_token_that_the_tokenizer_puts_before_a_text_is_not_put_twice()
    {
        Write("tokenizer_config.json", """{"bos_token": "<s>", "add_bos_token": true}""");
        ModelTokenizer model = Open("llama2");
        Assert.Equal(model.Tokenizer.Encode("of it"), model.Encode("of it"));
    }

    [Fact]
    public void All_ids_that_end_an_answer_are_gathered()
    {
        Write("tokenizer_config.json", """{"eos_token": "<|end|>"}""");
        Write("generation_config.json", """{"eos_token_id": [5, 7], "bos_token_id": 3, "pad_token_id": 5}""");
        Write("config.json", """{"eos_token_id": 9}""");
        ModelTokenizer model = Open("qwen");
        Assert.Equal([5, 7, model.Tokenizer.IdOf("<|end|>")!.Value], model.EosIds);
        Assert.Equal(3, model.BosId);
        Assert.Equal(5, model.PadId);
    }

    [Fact]
    public void A_folder_with_nothing_but_the_tokenizer_is_enough()
    {
        ModelTokenizer model = Open("gpt2");
        Assert.Null(model.BosToken);
        Assert.Empty(model.EosIds);
        Assert.Null(model.ChatTemplate());
        Assert.Throws<BadFileException>(() => ModelTokenizer.Open(Path.Combine(_folder, "none")));
    }

    [Fact]
    public void Chat_templates_come_from_the_config_a_list_in_it_or_files_which_count_first()
    {
        ChatMessage[] messages = [new("user", "x")];
        Write("tokenizer_config.json", """{"chat_template": "one {{ eos_token }}", "eos_token": "<|end|>"}""");
        Assert.Equal("one <|end|>", Open("qwen").ChatTemplate()!.Render(messages));
        Write(
            "tokenizer_config.json",
            """{"chat_template": [{"name": "default", "template": "two"}, {"name": "tool_use", "template": "{% wrong"}]}"""
        );
        ModelTokenizer model = Open("qwen");
        Assert.Equal("two", model.ChatTemplate()!.Render(messages));
        Assert.Equal(["default", "tool_use"], model.ChatTemplateNames);
        Assert.Throws<BadFileException>(() => model.ChatTemplate("tool_use"));
        Assert.Null(model.ChatTemplate("rag"));
        Write("chat_template.jinja", "three");
        Directory.CreateDirectory(Path.Combine(_folder, "additional_chat_templates"));
        Write("additional_chat_templates/rag.jinja", "four");
        Assert.Equal("three", Open("qwen").ChatTemplate()!.Render(messages));
        Assert.Equal("four", Open("qwen").ChatTemplate("rag")!.Render(messages));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private ModelTokenizer Open(string name)
    {
        File.WriteAllBytes(Path.Combine(_folder, "tokenizer.json"), TokenizerFixtures.Bytes(name));
        return ModelTokenizer.Open(_folder);
    }
}
