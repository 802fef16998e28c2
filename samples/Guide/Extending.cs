using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Hub;

namespace MegatronBridge.Guide;

/// <summary>Families that are not part of the library, and models for others.</summary>
public static class Extending
{
    public static async Task ForTheProcess(string stableLm, string work)
    {
        #region register
        // For everything in this process, until it is disposed of.
        using IDisposable registration = FamilyList.Register(StableLm.Family);
        await AutoBridge.ImportCheckpointAsync(stableLm, Path.Combine(work, "stablelm"));
        #endregion
    }

    public static void ForOneBridge(string stableLm)
    {
        #region one-bridge
        // For one bridge, which then prefers it to what it would find itself.
        using AutoBridge bridge = AutoBridge.FromHfPretrained(stableLm, new() { Families = [StableLm.Family] });
        #endregion
        Console.WriteLine(bridge.TransformerConfig.NumLayers);
    }

    public static async Task Push(string model, HubOptions hub)
    {
        #region push
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model, new() { Hub = hub });
        PushResult pushed = await bridge.PushToHubAsync(model, "org/finetuned", new() { IsPrivate = true });
        Console.WriteLine(pushed.Page);
        #endregion
    }
}
