using System.Numerics;
using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>How long training goes on, and how the learning rate and the weight decay change on the way.</summary>
internal static class ScheduleRules
{
    private static readonly string[] Lengths = ["train_iters", "train_samples", "num_epochs"];

    public static IEnumerable<string> Faults(ConfigContainer config) =>
        [.. Length(config), .. Steps(config), .. Values(config)];

    /// <summary>What upstream changes by itself when the run begins.</summary>
    public static IEnumerable<string> Warnings(ConfigContainer config)
    {
        BigInteger? decay =
            config.Whole("scheduler.max_steps")
            ?? config.Whole("scheduler.lr_decay_iters")
            ?? config.Whole("train.train_iters");
        if (config.Whole("scheduler.lr_warmup_iters") is { } warmup && warmup >= decay)
        {
            yield return $"scheduler.lr_warmup_iters ({warmup}) is not less than the iterations of the decay ({decay}); upstream ends the "
                + "warm-up with the decay.";
        }
    }

    private static IEnumerable<string> Length(ConfigContainer config)
    {
        string[] said = [.. Lengths.Where(name => config.Says($"train.{name}"))];
        if (said.Length != 1)
        {
            string found = said.Length == 0 ? "none is" : $"{string.Join(" and ", said)} are";
            yield return $"One of train.train_iters, train.train_samples and train.num_epochs must be set; {found}.";
        }

        foreach (string name in said)
        {
            if (config.Number($"train.{name}") is { } value && (name == "train_iters" ? value < 0 : value <= 0))
            {
                yield return $"train.{name} ({config[$"train.{name}"]}) must be positive.";
            }
        }

        if (config.Says("train.rampup_batch_size") && !config.Says("train.train_iters"))
        {
            yield return "train.rampup_batch_size needs train.train_iters, not samples or epochs.";
        }

        if (!config.Says("train.num_epochs"))
        {
            yield break;
        }

        if (config.ClassOf("dataset") != DatasetRules.Text || config["dataset.dataloader_type"] != "batch")
        {
            yield return $"train.num_epochs needs a dataset whose size is known: {DatasetRules.Text} with dataset.dataloader_type=batch, not "
                + $"{config.ClassOf("dataset")} with {config["dataset.dataloader_type"]}.";
        }
    }

    private static IEnumerable<string> Steps(ConfigContainer config)
    {
        string[] iterations = [.. SaidOf(config, "iters")];
        string[] samples = [.. SaidOf(config, "samples")];
        bool bySamples = config.Says("train.train_samples");
        if (iterations.Length > 0 && samples.Length > 0)
        {
            yield return $"{string.Join(", ", iterations)} and {string.Join(", ", samples)} mix iterations and samples; set only one kind.";
        }
        else if ((bySamples ? iterations : samples) is { Length: > 0 } wrong)
        {
            yield return $"{string.Join(", ", wrong)} cannot be set where training is counted in {(bySamples ? "samples" : "iterations")}.";
        }

        if (
            config.Says("scheduler.lr_warmup_fraction")
            && SaidOf(config, "").Any(said => said.StartsWith("scheduler.lr_warmup_", StringComparison.Ordinal))
        )
        {
            yield return $"scheduler.lr_warmup_fraction ({config["scheduler.lr_warmup_fraction"]}) stands beside "
                + $"{string.Join(", ", SaidOf(config, "").Where(said => said.StartsWith("scheduler.lr_warmup_", StringComparison.Ordinal)))}; set one of them.";
        }

        BigInteger? trained = config.Whole("train.train_iters");
        BigInteger? most = config.Whole("scheduler.max_steps");
        if (most is { } steps && (steps <= 0 || bySamples || steps < trained))
        {
            yield return $"scheduler.max_steps ({steps}) must be positive and not less than train.train_iters ({config["train.train_iters"]}).";
        }

        if (
            !bySamples
            && trained is not null
            && (most ?? config.Whole("scheduler.lr_decay_iters") ?? trained) is { } decay
            && decay < 1
        )
        {
            yield return $"The learning rate must decay over at least one iteration, not {decay} (scheduler.lr_decay_iters, train.train_iters).";
        }
    }

    private static IEnumerable<string> Values(ConfigContainer config)
    {
        if (config.Number("optimizer.lr") is { } lr && config.Number("optimizer.min_lr") is { } least && least > lr)
        {
            yield return $"optimizer.min_lr ({config["optimizer.min_lr"]}) must not be more than optimizer.lr ({config["optimizer.lr"]}).";
        }

        if (
            config.Number("scheduler.start_weight_decay") is { } start
            && !(start >= 0 && config.Number("scheduler.end_weight_decay") is { } end && end >= start)
        )
        {
            yield return $"scheduler.start_weight_decay ({config["scheduler.start_weight_decay"]}) must not be negative, nor more than "
                + $"scheduler.end_weight_decay ({config["scheduler.end_weight_decay"]}).";
        }

        if (
            config.Is("scheduler.override_opt_param_scheduler")
            && config.Is("scheduler.use_checkpoint_opt_param_scheduler")
        )
        {
            yield return "scheduler.override_opt_param_scheduler and scheduler.use_checkpoint_opt_param_scheduler cannot both be true.";
        }
    }

    // The fields that count in iterations or samples and say something.
    private static IEnumerable<string> SaidOf(ConfigContainer config, string unit) =>
        new[]
        {
            "lr_decay_iters",
            "lr_warmup_iters",
            "lr_wsd_decay_iters",
            "lr_decay_samples",
            "lr_warmup_samples",
            "lr_wsd_decay_samples",
        }
            .Where(name => name.EndsWith(unit, StringComparison.Ordinal))
            .Select(name => $"scheduler.{name}")
            .Where(path =>
                config.Says(path) && !(path.Contains("warmup", StringComparison.Ordinal) && config[path] == 0L)
            )
            .Select(path => $"{path} ({config[path]})");
}
