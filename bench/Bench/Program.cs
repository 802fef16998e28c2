using MegatronBridge.Bench;

switch (args)
{
    case ["kernels"]:
        KernelBench.Run();
        return 0;
    default:
        Console.Error.WriteLine("dotnet run -c Release --project bench/Bench -- kernels");
        return 2;
}
