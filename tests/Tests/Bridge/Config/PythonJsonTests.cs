using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData(1e-6, "1e-06")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.02, "0.02")]
    [InlineData(500000.0, "500000.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(double.PositiveInfinity, "inf")]
    public void Floats_are_spelled_as_by_Python(double value, string expected) =>
        Assert.Equal(expected, PythonFloat.Repr(value));

    [Fact]
    public void Every_float_is_read_back_from_its_spelling()
    {
        Random random = new(3);
        for (int i = 0; i < 20000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            Assert.True(!double.IsFinite(value) || double.Parse(PythonFloat.Repr(value)).Equals(value), $"{value:R}");
        }
    }

    [Fact]
    public void Infinity_and_NaN_are_numbers()
    {
        HfConfig config = Parse(
            """{"limit": [0.0, Infinity], "low": -Infinity, "none": NaN, "text": "NaN and Infinity"}"""
        );
        Assert.Equal(ConfigValue.ListOf(0.0, double.PositiveInfinity), config.Value("limit"));
        Assert.Equal(double.NegativeInfinity, config.Number("low"));
        Assert.Equal(
            "{\n  \"limit\": [\n    0.0,\n    Infinity\n  ],\n  \"low\": -Infinity,\n  \"none\": NaN,\n  \"text\": \"NaN and Infinity\"\n}\n",
            config.ToString()
        );
    }

    [Fact]
    public void Texts_are_written_in_ASCII_and_keys_sorted() =>
        Assert.Equal(
            "{\n  \"a\": [],\n  \"b\": {},\n  \"z\": \"\\u00e9 \\\"\\\\\\n\\ud83d\\ude00\x7f\"\n}\n",
            PythonJson.Write(
                new JsonObject
                {
                    ["z"] = "é \"\\\n😀\x7f",
                    ["b"] = new JsonObject(),
                    ["a"] = new JsonArray(),
                }
            )
        );

    [Theory]
    [InlineData("{\"a\": 1, \"a\": 2}", "a")]
    [InlineData("[1]", "object is expected")]
    [InlineData("{\"a\": tru}", "JSON")]
    [InlineData("{\"a\": 1} x", "JSON")]
    [InlineData("{\"a\": \"\\ud800\"}", "escape")]
    [InlineData("", "JSON")]
    public void What_is_no_JSON_object_is_refused(string json, string word)
    {
        BadFileException e = Assert.Throws<BadFileException>(() => Parse(json));
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_wrong_bytes_and_endless_numbers_are_refused()
    {
        Assert.Throws<BadFileException>(() => Parse(new string('[', 100_000)));
        Assert.Throws<BadFileException>(() => Parse("{\"a\": " + new string('9', 1000) + "}"));
        Assert.Throws<BadFileException>(() => HfConfig.Parse(new byte[] { (byte)'{', 0xFF, (byte)'}' }));
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_nothing_else()
    {
        byte[] whole = Encoding.UTF8.GetBytes(
            """{"a": [1, 2.5e3, null, true], "b": {"c": "text é"}, "d": -Infinity}"""
        );
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = i % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int flips = 0; flips < 2 && damaged.Length > 0; flips++)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                _ = HfConfig.Parse(damaged).ToString();
            }
            catch (BadFileException) { }
        }
    }

    private static HfConfig Parse(string json) => HfConfig.Parse(Encoding.UTF8.GetBytes(json));
}
