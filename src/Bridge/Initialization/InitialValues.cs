namespace MegatronBridge.Initialization;

/// <summary>How the numbers of a parameter are distributed before training.</summary>
internal abstract record InitialValues
{
    /// <summary>All 0.</summary>
    public static InitialValues Zero { get; } = new Constant(0);

    /// <summary>All 1.</summary>
    public static InitialValues One { get; } = new Constant(1);

    /// <summary>True when they are drawn.</summary>
    public virtual bool IsRandom => true;

    /// <summary>Evenly between -1/sqrt(n) and 1/sqrt(n), as torch's linear layers and convolutions, each output of which has <paramref name="inputs"/>.</summary>
    public static InitialValues OfTorchLayer(long inputs)
    {
        double bound = 1 / Math.Sqrt(inputs);
        return new Uniform(-bound, bound);
    }

    /// <summary>Evenly, with a bound that follows from inputs and outputs together (Xavier).</summary>
    public static InitialValues Xavier(long inputs, long outputs)
    {
        double bound = Math.Sqrt(6.0 / (inputs + outputs));
        return new Uniform(-bound, bound);
    }

    /// <summary>The numbers of the elements from <paramref name="first"/> on.</summary>
    public virtual void Fill(CounterRandom random, long first, Span<float> values)
    {
        Span<double> block = stackalloc double[CounterRandom.Block];
        long last = first + values.Length;
        for (long at = first; at < last; )
        {
            (block[0], block[1], block[2], block[3]) = Draw(random, at / CounterRandom.Block);
            for (int lane = (int)(at % CounterRandom.Block); lane < CounterRandom.Block && at < last; lane++, at++)
            {
                values[(int)(at - first)] = (float)Of(block[lane]);
            }
        }
    }

    private protected virtual (double, double, double, double) Draw(CounterRandom random, long block) =>
        random.Uniform(block);

    private protected abstract double Of(double drawn);

    /// <summary>All the same.</summary>
    public sealed record Constant(float Value) : InitialValues
    {
        public override bool IsRandom => false;

        public override void Fill(CounterRandom random, long first, Span<float> values) => values.Fill(Value);

        private protected override double Of(double drawn) => Value;
    }

    /// <summary>Normal, around a mean.</summary>
    public sealed record Normal(double Std, double Mean = 0) : InitialValues
    {
        private protected override (double, double, double, double) Draw(CounterRandom random, long block) =>
            random.Normal(block);

        private protected override double Of(double drawn) => Mean + (drawn * Std);
    }

    /// <summary>Even, between two numbers.</summary>
    public sealed record Uniform(double From, double To) : InitialValues
    {
        private protected override double Of(double drawn) => From + (drawn * (To - From));
    }

    /// <summary>Logarithms of what lies evenly between two numbers: the decay of a state-space model.</summary>
    public sealed record LogOfUniform(double From, double To) : InitialValues
    {
        private protected override double Of(double drawn) => PortableMath.Log(From + (drawn * (To - From)));
    }

    /// <summary>
    /// Numbers whose softplus has logarithms that lie evenly between those of two numbers: the time step of a state-space model.
    /// </summary>
    public sealed record InverseSoftplus(double From, double To) : InitialValues
    {
        private protected override double Of(double drawn)
        {
            double from = PortableMath.Log(From);
            double step = PortableMath.Exp(from + (drawn * (PortableMath.Log(To) - from)));
            return step + PortableMath.Log(1 - PortableMath.Exp(-step));
        }
    }
}
