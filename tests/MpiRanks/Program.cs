using System.Globalization;
using MegatronBridge.MpiRanks;
using MegatronBridge.Ranks.Mpi;

// mpirun -n RANKS MegatronBridge.MpiRanks SCENARIO FOLDER RANKS: each rank writes what it saw to FOLDER/RANK.
int ranks = int.Parse(args[2], CultureInfo.InvariantCulture);
string[] lines = MpiWorld.Run(ranks, rank => Scenario.Named(args[0])(rank));
File.WriteAllLines(Path.Combine(args[1], $"{MpiLaunch.Rank}"), lines);
