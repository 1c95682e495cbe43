using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>A message of the server to every worker, under way.</summary>
struct DownWave
{
    public bool IsPending;
    public Moment Due;

    /// <summary>When it was sent, in ns.</summary>
    public long Sent;

    /// <summary>The sequence of the message to the first worker; the others follow.</summary>
    public uint Sequence;

    public MessageKind Kind;

    /// <summary>What all of them carry, with one reference; -1 for none.</summary>
    public int Snapshot;

    /// <summary>The scalars of the first message; and, bit by bit, which are the place of the receiver.</summary>
    public MessageNumbers Numbers;
    public uint Places;

    public readonly double Scalar(int i, int worker) => (Places & (1u << i)) != 0 ? worker : Numbers[i];

    public readonly Received ReceivedBy(int worker, int server, Snapshot vector, Origin origin) => new()
    {
        Sender = new Peer(server),
        Kind = Kind,
        Vector = vector,
        Origin = origin,
        Scalar = Scalar(0, worker),
        Scalar1 = Scalar(1, worker),
        Scalar2 = Scalar(2, worker),
        Scalar3 = Scalar(3, worker),
    };

    /// <summary>What the message to a worker carries, as it goes into the worker's chain.</summary>
    /// <param name="vector">The hash of the snapshot and its version.</param>
    /// <param name="worker">The worker.</param>
    public readonly ulong Payload(ulong vector, int worker)
    {
        if (Kind.IsPlain)
            return vector;
        var hash = VectorHash.Chain(0, vector);
        for (var i = 0; i < MessageKind.ScalarsMax; i++)
            hash = VectorHash.Chain(hash, BitConverter.DoubleToUInt64Bits(Scalar(i, worker)));
        return hash;
    }
}

/// <summary>A computation of every worker.</summary>
struct ComputingWave
{
    public bool IsPending;
    public Moment Due;

    /// <summary>When it was requested, in ns.</summary>
    public long Requested;

    /// <summary>The sequence of every worker's event, and the rank of the computation among the worker's.</summary>
    public uint Sequence;
    public uint Number;

    public CohortComputation Computation;

    /// <summary>What it rests on, as it was frozen.</summary>
    public Origin Origin;

    public readonly Computed CompletedAt(long now) => new()
    {
        Id = new ComputationId(Number),
        Oracle = Computation.Oracle,
        Origin = new Origin(
            Origin.Version, Origin.Birth, Origin.Compute + (now - Requested), Origin.Wire, now),
    };
}

/// <summary>A message of every worker to the server, under way; its vector keeps its contents.</summary>
struct UpWave
{
    public bool IsPending;
    public Moment Due;

    /// <summary>When it was sent, in ns.</summary>
    public long Sent;

    /// <summary>Its sequence at every worker.</summary>
    public uint Sequence;

    public CohortMessage Message;

    /// <summary>What a worker's message carries, as it goes into the server's chain.</summary>
    /// <param name="hash">The hash of the worker's vector.</param>
    public readonly ulong Payload(ulong hash)
    {
        var vector = VectorHash.Chain(hash, (ulong)Message.Origin.Version);
        if (Message.Kind.IsPlain)
            return vector;
        hash = VectorHash.Chain(0, vector);
        for (var i = 0; i < MessageKind.ScalarsMax; i++)
            hash = VectorHash.Chain(hash, BitConverter.DoubleToUInt64Bits(Message.Numbers[i]));
        return hash;
    }
}
