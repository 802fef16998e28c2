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

    private static void AssertAtLeast(string least, JsonElement version) =>
        Assert.True(Version.Parse(version.GetString()!.Split('+')[0]) >= Version.Parse(least), $"{version} < {least}");
}
