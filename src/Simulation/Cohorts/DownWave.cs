using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;

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

    /// <summary>
    /// The body of the first message; and, bit by bit, which of its halves of words are the place of the receiver.
    /// </summary>
    public MessageBody Body;
    public uint Places;

    /// <summary>The body of the message to a worker.</summary>
    public readonly MessageBody BodyTo(int worker)
    {
        var body = Body;
        for (var places = Places; places != 0; places &= places - 1)
        {
            var half = BitOperations.TrailingZeroCount(places);
            body[half / 2] |= (ulong)worker << (half % 2 * 32); // of the first worker's it is 0
        }
        return body;
    }

    /// <summary>Notes which halves are the place of the receiver, by the body of the second message.</summary>
    public void FindPlaces(in MessageBody second)
    {
        for (var half = 0; half < 2 * MessageBody.Words; half++)
        {
            if (HalfOf(in Body, half) == 0 && HalfOf(in second, half) == 1)
                Places |= 1u << half;
        }
    }

    static uint HalfOf(in MessageBody body, int half) => (uint)(body[half / 2] >> (half % 2 * 32));

    /// <summary>The message to a worker.</summary>
    public readonly Message SentTo(int worker) => new(Kind)
    {
        Vector = new Snapshot(Snapshot),
        Body = BodyTo(worker),
        HasBody = Kind.BodyBytes > 0,
    };

    public readonly Received ReceivedBy(int worker, int server, Snapshot vector, Origin origin) => new()
    {
        Sender = new Peer(server),
        Kind = Kind,
        Vector = vector,
        Origin = origin,
        Contents = BodyTo(worker),
    };

    /// <summary>What the message to a worker carries, as it goes into the worker's chain.</summary>
    /// <param name="vector">The hash of the snapshot and its version.</param>
    /// <param name="worker">The worker.</param>
    public readonly ulong Payload(ulong vector, int worker)
    {
        if (Kind.IsPlain)
            return vector;
        return BodyTo(worker).Chain(VectorHash.Chain(0, vector), Kind);
    }
}
