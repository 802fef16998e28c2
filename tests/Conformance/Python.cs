using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(MegatronBridge.Conformance.Python))]

namespace MegatronBridge.Conformance;

/// <summary>
/// The real tools: one Python process, started when the first test calls it, that runs the functions of the folder
/// Python. Without an interpreter a test is skipped, but fails where CI=true.
/// </summary>
public sealed class Python : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private readonly StringBuilder _errors = new();
    private Process? _worker;

    /// <summary>Calls a function of Python/<paramref name="module"/>.py and returns what it returns.</summary>
    public JsonElement Call(string module, string function, params JsonNode?[] arguments)
    {
        string interpreter = Interpreter(Environment.GetEnvironmentVariable);
        lock (_lock)
        {
            if (_worker is null or { HasExited: true })
            {
                _worker = Start(interpreter);
            }

            JsonObject request = new()
            {
                ["module"] = module,
                ["function"] = function,
                ["arguments"] = new JsonArray(arguments),
            };
            _worker.StandardInput.WriteLine(request.ToJsonString());
            Task<string?> answer = _worker.StandardOutput.ReadLineAsync();
            if (!answer.Wait(Limit))
            {
                _worker.Kill(entireProcessTree: true);
                Assert.Fail($"{module}.{function} gave no answer in {Limit}.\n{Errors()}");
            }

            if (answer.Result is null)
            {
                _worker.WaitForExit();
                Assert.Fail($"Python ended in {module}.{function} with exit code {_worker.ExitCode}.\n{Errors()}");
            }

            JsonElement reply = JsonElement.Parse(answer.Result);
            if (reply.TryGetProperty("error", out JsonElement error))
            {
                Assert.Fail($"{module}.{function} failed:\n{error.GetString()}");
            }

            return reply.GetProperty("result");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_worker is { HasExited: false })
        {
            _worker.StandardInput.Close();
            if (!_worker.WaitForExit(5_000))
            {
                _worker.Kill(entireProcessTree: true);
            }
        }

        _worker?.Dispose();
    }

    /// <summary>The one that the environment names, else the one that eng/conformance-python.sh has prepared.</summary>
    internal static string Interpreter(Func<string, string?> variable)
    {
        if (variable("MEGATRON_BRIDGE_PYTHON") is { Length: > 0 } named)
        {
            return named;
        }

        string cache = variable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string prepared = Path.Combine(cache, "megatron-bridge", "conformance-python-1", "python");
        if (!File.Exists(prepared))
        {
            const string reason =
                "There is no Python with torch: run eng/conformance-python.sh, or set MEGATRON_BRIDGE_PYTHON.";
            Assert.SkipUnless(variable("CI") == "true", reason);
            Assert.Fail(reason);
        }

        return prepared;
    }

    private Process Start(string interpreter)
    {
        ProcessStartInfo start = new(interpreter)
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Python", "worker.py") },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HF_HUB_OFFLINE"] = "1",
                ["TRANSFORMERS_VERBOSITY"] = "error",
                ["TOKENIZERS_PARALLELISM"] = "false",
                ["OMP_NUM_THREADS"] = "1",
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["USE_LIBUV"] = "0", // Debian builds torch without it
                ["GLOO_SOCKET_IFNAME"] = "lo",
            },
        };
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    private string Errors()
    {
        lock (_errors)
        {
            string all = _errors.ToString();
            return all[Math.Max(0, all.Length - 4000)..];
        }
    }
}
