using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Cpu.Tokenizers;

public sealed class TokenizerTests
{
    public static TheoryData<string> Names => [.. TokenizerFixtures.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_and_texts_are_those_of_the_reference_library(string name)
    {
        Tokenizer tokenizer = TokenizerFixtures.Open(name);
        Assert.All(TokenizerFixtures.Texts(name), text => text.Check(tokenizer));
    }

    [Fact]
    public void Every_normalizer_pre_tokenizer_and_regular_expression_makes_the_pieces_of_the_reference_library()
    {
        JsonElement[] lines = [.. TokenizerFixtures.Pieces()];
        string[] texts = [.. lines[0].EnumerateArray().Select(text => text.GetString()!)];
        Assert.True(lines.Length > 60);
        Assert.All(
            lines.Skip(1),
            line =>
            {
                Tokenizer probe = Probe(line);
                string[] pieces = [.. texts.Select(text => Pieces(probe, text))];
                Assert.Equal(line.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()), pieces);
            }
        );
    }

    // A tokenizer whose ids tell every character and where pieces begin: it has bytes only, and a prefix inside of pieces.
    private static Tokenizer Probe(JsonElement line)
    {
        JsonObject vocabulary = [];
        for (int b = 0; b < 256; b++)
        {
            vocabulary[$"<0x{b:X2}>"] = b;
        }
        JsonObject probe = new()
        {
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray(),
                ["byte_fallback"] = true,
                ["continuing_subword_prefix"] = "\u0001",
            },
            ["decoder"] = JsonNode.Parse(
                """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]}"""
            ),
        };
        foreach (string part in new[] { "normalizer", "pre_tokenizer" })
        {
            if (line.TryGetProperty(part, out JsonElement value))
            {
                probe[part] = JsonNode.Parse(value.GetRawText());
            }
        }
        return Parse(probe);
    }

    private static string Pieces(Tokenizer probe, string text)
    {
        var pieces = new StringBuilder();
        Rune[] marked = [.. probe.Decode(probe.Encode(text)).EnumerateRunes()];
        for (int i = 0; i < marked.Length; i++)
        {
            if (marked[i].Value == 1 && pieces.Length > 0)
            {
                i++;
            }
            else if (pieces.Length > 0)
            {
                pieces.Append('\u0002');
            }
            pieces.Append(i < marked.Length ? marked[i].ToString() : "");
        }
        return pieces.ToString();
    }

    [Fact]
    public void Tokens_and_ids_are_known_both_ways()
    {
        Tokenizer tokenizer = TokenizerFixtures.Open("llama3");
        for (int id = 0; id < tokenizer.VocabularyCount; id++)
        {
            Assert.Equal(id, tokenizer.IdOf(tokenizer.TokenOf(id)!));
        }
        Assert.Null(tokenizer.TokenOf(tokenizer.VocabularyCount));
        Assert.Null(tokenizer.TokenOf(-1));
        Assert.Null(tokenizer.IdOf("no such token"));
        Assert.Equal("", tokenizer.Decode([int.MaxValue]));
    }

    [Fact]
    public void A_lone_surrogate_is_read_as_the_replacement_character()
    {
        Tokenizer tokenizer = TokenizerFixtures.Open("qwen");
        Assert.Equal(tokenizer.Encode("a\uFFFDb\uFFFD"), tokenizer.Encode("a\uD800b\uDC00"));
    }

    [Fact]
    public void Several_threads_may_use_one_tokenizer()
    {
        Tokenizer tokenizer = TokenizerFixtures.Open("o200k");
        RecordedText[] texts = [.. TokenizerFixtures.Texts("o200k")];
        Parallel.For(0, 200, i => texts[i % texts.Length].Check(tokenizer));
    }

    [Fact]
    public void What_is_ignored_is_noted()
    {
        JsonObject file = Read("bert");
        file["truncation"] = new JsonObject { ["max_length"] = 5 };
        Assert.Contains("truncation", Assert.Single(Parse(file).Notes));
        Assert.Empty(TokenizerFixtures.Open("bert").Notes);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("normalizer")]
    [InlineData("pre_tokenizer")]
    [InlineData("post_processor")]
    [InlineData("decoder")]
    public void An_unknown_component_is_refused_by_name(string part)
    {
        JsonObject file = Read("bert");
        file[part]!["type"] = "Surprise";
        BadFileException fault = Assert.Throws<BadFileException>(() => Parse(file));
        Assert.Contains($"{part}.type", fault.Fault);
        Assert.Contains("Surprise", fault.Fault);
    }

    [Theory]
    [InlineData(@"(a*)*", "can be empty")]
    [InlineData(@"(?<=ab)c", "look-behind")]
    [InlineData(@"(a)\1", "\\1")]
    [InlineData(@"[b-a]", "empty range")]
    [InlineData(@"\p{Klingon}", "Klingon")]
    [InlineData(@"(((a{1000}){1000}){1000})", "steps")]
    [InlineData("(", "')'")]
    [InlineData("(?<name>a)", "not supported")]
    public void A_regular_expression_that_cannot_be_used_is_refused_with_the_reason(string pattern, string reason)
    {
        JsonObject file = Read("words");
        file["pre_tokenizer"] = Split(pattern);
        Assert.Contains(reason, Assert.Throws<BadFileException>(() => Parse(file)).Fault);
    }

    [Fact]
    public void A_regular_expression_that_would_never_end_is_stopped()
    {
        JsonObject file = Read("words");
        file["pre_tokenizer"] = Split("(?:a|aa|a|aa)+b");
        Tokenizer tokenizer = Parse(file);
        Assert.Contains(
            "too many steps",
            Assert.Throws<BadFileException>(() => tokenizer.Encode(new string('a', 60))).Fault
        );
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("llama3")]
    [InlineData("unigram")]
    public void Damaged_files_are_read_or_refused(string name)
    {
        byte[] file = TokenizerFixtures.Bytes(name);
        var random = new Random(1);
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = i % 4 == 0 ? file[..random.Next(file.Length)] : [.. file];
            for (int flips = i % 4; flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                Tokenizer.Parse(damaged, "damaged").Encode("Of the 12 words é́ <|start|>  \n漢字");
            }
            catch (BadFileException) { }
        }
    }

    private static JsonObject Read(string name) => JsonNode.Parse(TokenizerFixtures.Bytes(name))!.AsObject();

    private static JsonObject Split(string pattern) =>
        new()
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = pattern },
            ["behavior"] = "Isolated",
            ["invert"] = false,
        };

    private static Tokenizer Parse(JsonObject file) =>
        Tokenizer.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()), "file");
}
