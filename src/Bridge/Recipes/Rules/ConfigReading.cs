using System.Numerics;
using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>Values of a run as rules ask for them.</summary>
internal static class ConfigReading
{
    extension(ConfigContainer config)
    {
        /// <summary>The whole number there, or null.</summary>
        public BigInteger? Whole(string path) => (config[path] as ConfigValue.Integer)?.Value;

        /// <summary>The number there, whole or not, or null.</summary>
        public double? Number(string path) =>
            config[path] switch
            {
                ConfigValue.Number { Value: var number } => number,
                ConfigValue.Integer { Value: var whole } => (double)whole,
                _ => null,
            };

        /// <summary>True where the value is true.</summary>
        public bool Is(string path) => config[path] == true;

        /// <summary>True where something stands: not null, and no empty text.</summary>
        public bool Says(string path) => !config[path].IsNull && config[path] != "";

        /// <summary>The name of the class there, without its module, or null.</summary>
        public string? ClassOf(string path) =>
            Targets.Of(config[path]) is { } target ? target[(target.LastIndexOf('.') + 1)..] : null;
    }
}
