using MegatronBridge.Bench;

switch (args)
{
    case ["kernels"]:
        KernelBench.Run();
        return 0;
    case ["transfer", string folder, string rounds, .. string[] settings]:
        await TransferBench.RunAsync(
            folder,
            int.Parse(rounds),
            [.. settings.Select(s => s.Split('x')).Select(s => (int.Parse(s[0]), int.Parse(s[1]) << 20))]
        );
        return 0;
    case ["model", string folder, string size]:
        await BenchModel.MakeAsync(folder, size);
        return 0;
    case ["plan", string command, string folder, string rounds]:
        PlanBench.Run(command, folder, "671b", int.Parse(rounds));
        return 0;
    case ["tokenizer", string tokenizer, string text]:
        TokenizerBench.Run(tokenizer, text);
        return 0;
    case ["generation", string folder, string rounds]:
        GenerationBench.Run(folder, int.Parse(rounds));
        return 0;
    case ["conversion", string command, string model, string folder, string rounds]:
        ConversionBench.Run(command, model, folder, int.Parse(rounds));
        return 0;
    default:
        Console.Error.WriteLine(
            $$"""
            dotnet run -c Release --project bench/Bench -- kernels
            dotnet run -c Release --project bench/Bench -- transfer FOLDER ROUNDS [WORKERSxMEGABYTES ...]
            dotnet run -c Release --project bench/Bench -- model FOLDER {{BenchConfig.Sizes}}
            dotnet run -c Release --project bench/Bench -- conversion COMMAND MODEL FOLDER ROUNDS
            dotnet run -c Release --project bench/Bench -- generation FOLDER ROUNDS
            dotnet run -c Release --project bench/Bench -- tokenizer TOKENIZER.JSON TEXT
            dotnet run -c Release --project bench/Bench -- plan COMMAND FOLDER ROUNDS
            """
        );
        return 2;
}
