using MegatronBridge.Cli;
using MegatronBridge.Cli.Output;

Terminal terminal = Terminal.OfProcess();
using Interruption interruption = new(terminal);
return await CommandLine.RunAsync(args, terminal, interruption.Token);
