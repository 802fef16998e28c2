using System.Text.Json;
using Xunit.Sdk;

namespace MegatronBridge.Conformance;

public sealed class PythonTests(Python python)
{
    [Fact]
    public void The_tools_are_new_enough_to_speak_for_what_users_run()
    {
        JsonElement versions = python.Call("versions", "versions");
        AssertAtLeast("2.6", versions.GetProperty("torch"));
        AssertAtLeast("0.5", versions.GetProperty("safetensors"));
        AssertAtLeast("5.0", versions.GetProperty("transformers"));
    }

    [Fact]
    public void A_fault_in_Python_fails_the_test_with_its_traceback()
    {
        python.Call("versions", "versions");
        FailException fault = Assert.Throws<FailException>(() => python.Call("tensors", "describe", "no tensor"));
        Assert.Contains("AttributeError", fault.Message);
    }

    [Fact]
    public void Without_an_interpreter_tests_are_skipped_but_fail_in_CI()
    {
        Dictionary<string, string> environment = new() { ["XDG_CACHE_HOME"] = AppContext.BaseDirectory };
        bool isSkipped = false;
        try
        {
            Python.Interpreter(environment.GetValueOrDefault);
        }
        catch (SkipException) // which Assert.Throws would let skip this test
        {
            isSkipped = true;
        }

        Assert.True(isSkipped);
        environment["CI"] = "true";
        Assert.Throws<FailException>(() => Python.Interpreter(environment.GetValueOrDefault));
        environment["MEGATRON_BRIDGE_PYTHON"] = "python3";
        Assert.Equal("python3", Python.Interpreter(environment.GetValueOrDefault));
    }

    private static void AssertAtLeast(string least, JsonElement version) =>
        Assert.True(Version.Parse(version.GetString()!.Split('+')[0]) >= Version.Parse(least), $"{version} < {least}");
}
