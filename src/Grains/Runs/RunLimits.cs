using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// What does not fit between silos or into their store, found out when a run is planned: by itself, what is too large
/// would only never arrive.
/// </summary>
static class RunLimits
{
    /// <summary>Bytes of a message between silos, at most; Orleans' own limit is a tenth of it.</summary>
    public const int MessageBytesMax = 1 << 30;

    /// <summary>Bytes of one thing in the store, at most: PostgreSQL takes no more.</summary>
    public const int StoredBytesMax = 1 << 30;

    // Beside its vectors: a block of mail may hold events before the one that fills it.
    const int EnvelopeBytes = 2 << 20;

    // A coordinate of the estimate as JSON: sign, 17 digits, point, exponent, comma.
    const int RecordBytesPerParameter = 26;

    /// <summary>Refuses a run that cannot be made on so many silos.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="mode">How it is run.</param>
    /// <param name="silos">The silos that take part.</param>
    /// <exception cref="InputException">It is too large, or needs virtual time.</exception>
    public static void Check(RunPlan plan, RunMode mode, int silos) =>
        Check(plan, mode, silos, MessageBytesMax, StoredBytesMax);

    /// <summary>The same with limits of one's own, for tests.</summary>
    public static void Check(RunPlan plan, RunMode mode, int silos, long messageMax, long storedMax)
    {
        if (mode == RunMode.Live)
            VirtualOnly.Refuse(plan);
        var record = (long)plan.Problem.Parameters * RecordBytesPerParameter;
        if (record > storedMax)
        {
            throw new InputException($"problem: the record of {plan.Problem.Parameters} parameters may be "
                + $"{MachineMemory.Text(record)}, and a silo keeps at most {MachineMemory.Text(storedMax)}; "
                + "run without --silo");
        }
        if (silos == 1)
            return;
        var width = plan.Precision == Precision.Float32 ? sizeof(float) : sizeof(double);
        var layout = Simulator.LayOut(plan);
        foreach (var kind in layout.Kinds)
        {
            var bytes = kind.Vectors.Sum(v => (long)width * v.Resolve(layout.Context.Dimension)) + EnvelopeBytes;
            if (bytes <= messageMax)
                continue;
            throw new InputException($"method: a message '{kind.Name}' is {MachineMemory.Text(bytes)}, and silos pass "
                + $"each other at most {MachineMemory.Text(messageMax)}; "
                + (plan.Precision == Precision.Float64 ? "take 'precision: float32', " : "take ")
                + (mode == RunMode.Virtual
                    ? "--partitions 1, which keeps the run on one silo"
                    : "a cluster of one silo")
                + ", or run without --silo");
        }
    }
}
