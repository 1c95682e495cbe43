using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// What a computation has beside one input, one result and a batch of its own: most have none of this, so it lies
/// elsewhere.
/// </summary>
unsafe struct RequestExtras<T>
    where T : unmanaged
{
    /// <summary>Steps of local training; 1 for anything else.</summary>
    public int Steps;

    /// <summary>Further frozen inputs, numbers of snapshots; -1 for none.</summary>
    public int Input1;
    public int Input2;

    /// <summary>Further outputs, ranks of the agent's vectors; -1 for none.</summary>
    public short Output1;
    public short Output2;

    /// <summary>Where local training stands in the learning-rate schedule, and in the optimizer's count.</summary>
    public long RateStep;
    public long OptimizerStep;
    public BatchKey Key;

    /// <summary>Private buffers for the further results.</summary>
    public T* Result1;
    public T* Result2;
    public double Scalar;
    public double Scalar1;

    /// <summary>What the oldest versioned input rests on, as of the request.</summary>
    public long Version;
    public long Birth;
    public long Compute;
    public long Wire;
}
