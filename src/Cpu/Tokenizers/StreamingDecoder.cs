namespace MegatronBridge.Cpu.Tokenizers;

/// <summary>
/// Decodes ids one by one. What a token means can depend on those before it, and a character can take several tokens, so text is given
/// out in whole characters. All of it together is the decoded whole, unless the ids have bytes that make no character. For one thread.
/// </summary>
public sealed class StreamingDecoder
{
    private const char Unfinished = '\uFFFD';
    private const int LongestWait = 32; // a character takes 4 bytes at most; longer it is no character

    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly List<int> _ids = [];
    private int _givenIds;
    private string _given = "";

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>Takes an id and returns the text that is now certain, often that of the id alone, sometimes none.</summary>
    public string Add(int id)
    {
        _ids.Add(id);
        return Give(_ids.Count - _givenIds >= LongestWait);
    }

    /// <summary>Returns what is left: characters that did not come to their end, as U+FFFD.</summary>
    public string Finish() => Give(all: true);

    // The ids of what was given out last stay as context, so that the next ones decode as they do in the whole.
    private string Give(bool all)
    {
        string text = Decode(_ids);
        if (text.Length <= _given.Length || (text[^1] == Unfinished && !all))
        {
            return "";
        }
        int common = _given.AsSpan().CommonPrefixLength(text);
        string next = text[common..];
        _ids.RemoveRange(0, _givenIds);
        _givenIds = _ids.Count;
        _given = Decode(_ids);
        return next;
    }

    private string Decode(List<int> ids) =>
        _tokenizer.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids), _skipSpecialTokens);
}
