using MegatronBridge.Cpu.Tokenizers;

namespace MegatronBridge.Tests.Cpu.Tokenizers;

public sealed class StreamingDecoderTests
{
    public static TheoryData<string> Names => [.. TokenizerFixtures.Names.Where(name => name != "unigram-bytes")];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_given_out_is_whole_characters_and_together_the_decoded_text(string name)
    {
        Tokenizer tokenizer = TokenizerFixtures.Open(name);
        Assert.All(
            TokenizerFixtures.Texts(name),
            text =>
            {
                StreamingDecoder decoder = tokenizer.DecodeStream();
                string[] given = [.. text.Ids.Select(decoder.Add)];
                Assert.Equal(text.Decoded, string.Concat(given) + decoder.Finish());
                Assert.All(given, part => Assert.False(part.EndsWith('\uFFFD') && !text.Text.Contains('\uFFFD')));
            }
        );
    }

    [Fact]
    public void A_character_of_several_tokens_comes_when_its_last_token_does()
    {
        Tokenizer tokenizer = TokenizerFixtures.Open("gpt2");
        int[] ids = tokenizer.Encode("x😀y");
        Assert.Equal(6, ids.Length);
        StreamingDecoder decoder = tokenizer.DecodeStream();
        Assert.Equal(["x", "", "", "", "😀", "y"], ids.Select(decoder.Add));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void Bytes_that_never_become_a_character_are_given_out_in_the_end()
    {
        Tokenizer tokenizer = TokenizerFixtures.Open("gpt2");
        int half = tokenizer.Encode("😀")[0];
        StreamingDecoder decoder = tokenizer.DecodeStream();
        Assert.Equal("", decoder.Add(half));
        Assert.Equal("\uFFFD", decoder.Finish());
        string many = string.Concat(Enumerable.Repeat(half, 1000).Select(decoder.Add)) + decoder.Finish();
        Assert.Equal(1000, many.Length);
    }
}
