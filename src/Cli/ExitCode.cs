namespace MegatronBridge.Cli;

/// <summary>What the command returns (docs/errors.md).</summary>
internal enum ExitCode
{
    Done = 0,
    Different = 1,
    WrongUsage = 2,
    BadInput = 3,
    UnsupportedModel = 4,
    OurFault = 70,
    Interrupted = 130,
}
