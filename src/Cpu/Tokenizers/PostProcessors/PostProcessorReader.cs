namespace MegatronBridge.Cpu.Tokenizers.PostProcessors;

/// <summary>Makes the post-processor that a tokenizer.json tells of.</summary>
internal static class PostProcessorReader
{
    public static IPostProcessor Read(JsonPart part)
    {
        JsonPart type = part["type"];
        return type.Text() switch
        {
            "Sequence" => new SequenceProcessor([.. part["processors"].Items().Select(Read)]),
            "TemplateProcessing" => ReadTemplate(part),
            "BertProcessing" or "RobertaProcessing" => new TemplateProcessor([Id(part["cls"])], [Id(part["sep"])]),
            "ByteLevel" => new TemplateProcessor([], []), // it moves offsets only
            _ => throw type.Fault(
                "a post-processor that is known is expected (Sequence, TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel)"
            ),
        };
    }

    private static int Id(JsonPart token)
    {
        JsonPart[] pair = [.. token.Items().Take(3)];
        return pair.Length == 2 ? pair[1].Whole() : throw token.Fault("a token and its id are expected");
    }

    private static TemplateProcessor ReadTemplate(JsonPart part)
    {
        var before = new List<int>();
        var after = new List<int>();
        bool hasText = false;
        foreach (JsonPart piece in part["single"].Items())
        {
            JsonPart special = piece["SpecialToken"];
            if (!special.IsNull)
            {
                JsonPart ids = part["special_tokens"][special["id"].Text()]["ids"];
                (hasText ? after : before).AddRange(ids.Items().Select(id => id.Whole()));
                continue;
            }
            JsonPart sequence = piece["Sequence"]["id"];
            if (sequence.Text() != "A" || hasText)
            {
                throw sequence.Fault("the template of one text must have that text, A, once");
            }
            hasText = true;
        }
        return hasText
            ? new TemplateProcessor([.. before], [.. after])
            : throw part["single"].Fault("the template of one text must have that text, A");
    }
}
