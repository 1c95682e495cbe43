using System.Numerics;
using AsyncOpt.Simulation.Computations;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>A computation of a live agent: frozen inputs, and the results once a batch has evaluated it.</summary>
sealed class LiveRequest<T>(LiveAgent<T> agent) : LivePending(agent)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int IsEvaluated = 1, IsGivenUp = 2;

    // What has become of it: a batch and a turn of the agent may say so at once.
    int _fate;

    public LiveAgent<T> Agent { get; } = agent;

    /// <summary>A batch has evaluated it; true where that was for nothing.</summary>
    public bool Evaluated() => (Interlocked.Or(ref _fate, IsEvaluated) & IsGivenUp) != 0;

    /// <summary>The agent gives it up; true where it was evaluated for nothing.</summary>
    public bool GiveUp() => Interlocked.Or(ref _fate, IsGivenUp) == IsEvaluated;

    /// <summary>Rank among the agent's computations.</summary>
    public required long Number { get; init; }

    public required Asked Asked { get; init; }

    public LiveVector<T>? Input { get; set; }

    public LiveVector<T>? Input1 { get; set; }

    public LiveVector<T>? Input2 { get; set; }

    /// <summary>Outputs, ranks of the agent's vectors; -1 for none.</summary>
    public int Output { get; init; } = -1;

    public int Output1 { get; init; } = -1;

    public int Output2 { get; init; } = -1;

    public T[]? Result { get; set; }

    public T[]? Result1 { get; set; }

    public T[]? Result2 { get; set; }

    public double Scalar { get; set; }

    public double Scalar1 { get; set; }

    /// <summary>Virtual ns of the request.</summary>
    public required long Requested { get; init; }

    /// <summary>Virtual ns at which it may complete, by the compute model.</summary>
    public long Due { get; set; }

    /// <summary>What the oldest versioned input rests on, as of the request.</summary>
    public long Version { get; set; }

    public long Birth { get; set; }

    public long Compute { get; set; }

    public long Wire { get; set; }
}
