using System.Text.Json.Nodes;
using MegatronBridge.Cpu.Chat.Jinja;
using MegatronBridge.Storage;

namespace MegatronBridge.Cpu.Chat;

/// <summary>
/// Turns a conversation into the text that a model continues, as the Jinja template that comes with the model says and as transformers
/// renders it. Safe for several threads.
/// </summary>
public sealed class ChatTemplate
{
    private readonly Statement[] _statements;
    private readonly string _path;
    private readonly Dictionary<string, string> _specialTokens;
    private readonly TimeProvider _clock;

    private ChatTemplate(
        Statement[] statements,
        string path,
        Dictionary<string, string> specialTokens,
        TimeProvider clock
    )
    {
        _clock = clock;
        _statements = statements;
        _path = path;
        _specialTokens = specialTokens;
    }

    /// <summary>
    /// Reads a template; <paramref name="path"/> is for messages. <paramref name="specialTokens"/> are the names that it may use beside those of
    /// a call, such as <c>bos_token</c>; <paramref name="clock"/> gives it the date, that of the system if none is given.
    /// </summary>
    /// <exception cref="BadFileException">The template is wrong, or uses something of Jinja that is not supported; the message names it.</exception>
    public static ChatTemplate Parse(
        string template,
        string path,
        IReadOnlyDictionary<string, string>? specialTokens = null,
        TimeProvider? clock = null
    )
    {
        try
        {
            return new ChatTemplate(
                TemplateParser.Parse(template),
                path,
                new Dictionary<string, string>(
                    specialTokens ?? new Dictionary<string, string>(),
                    StringComparer.Ordinal
                ),
                clock ?? TimeProvider.System
            );
        }
        catch (JinjaException fault)
        {
            throw new BadFileException(
                path,
                $"the chat template cannot be used, line {fault.Line}: {fault.Message}.",
                fault
            );
        }
    }

    /// <summary>The text of a conversation, with the beginning of the next answer unless <paramref name="addGenerationPrompt"/> is false.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails on it.</exception>
    public string Render(
        IEnumerable<ChatMessage> messages,
        bool addGenerationPrompt = true,
        JsonArray? tools = null,
        JsonObject? variables = null
    ) =>
        Render(
            new JsonArray([
                .. messages.Select(message => new JsonObject
                {
                    ["role"] = message.Role,
                    ["content"] = message.Content,
                }),
            ]),
            addGenerationPrompt,
            tools,
            variables
        );

    /// <summary>
    /// The text of a conversation whose messages have what the template knows: role, content, tool_calls, reasoning_content and so on.
    /// <paramref name="tools"/> are JSON schemas of functions; <paramref name="variables"/> are further names, for example <c>enable_thinking</c>.
    /// </summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails on it.</exception>
    public string Render(
        JsonArray messages,
        bool addGenerationPrompt = true,
        JsonArray? tools = null,
        JsonObject? variables = null
    )
    {
        var budget = new Budget();
        var scope = new Scope(Globals.Make(_clock.GetLocalNow(), budget));
        foreach ((string name, string token) in _specialTokens)
        {
            scope[name] = token;
        }
        scope["messages"] = Values.FromJson(messages);
        scope["tools"] = Values.FromJson(tools);
        scope["documents"] = null;
        scope["add_generation_prompt"] = addGenerationPrompt;
        foreach ((string name, JsonNode? value) in variables ?? [])
        {
            scope[name] = Values.FromJson(value);
        }
        try
        {
            return new Renderer(budget).Render(_statements, scope);
        }
        catch (RaisedException refusal)
        {
            throw new ChatTemplateException($"{_path}: the chat template refuses the conversation: {refusal.Message}");
        }
        catch (JinjaException fault)
        {
            throw new ChatTemplateException($"{_path}: the chat template fails in line {fault.Line}: {fault.Message}.");
        }
    }
}
