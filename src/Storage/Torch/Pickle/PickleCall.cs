namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>How an object asks to be made.</summary>
public enum PickleCall
{
    /// <summary>By calling a function or class with arguments.</summary>
    Reduce,

    /// <summary>By <c>cls.__new__(cls, *args)</c>.</summary>
    NewObject,

    /// <summary>By <c>cls.__new__(cls, *args, **kwargs)</c>.</summary>
    NewObjectWithKeywords,
}
