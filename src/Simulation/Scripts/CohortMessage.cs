using System.Numerics;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>A message that every agent of a cohort sends, or that a server sends to each.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Vectors">The sender's vectors that it carries; none where it carries a snapshot.</param>
/// <param name="Origin">What each of them rests on.</param>
/// <param name="Body">Its body; from a server that of the message to the first agent.</param>
sealed record CohortMessage(MessageKind Kind, VectorNumbers Vectors, Origin Origin, MessageBody Body)
{
    /// <summary>The snapshot that a server sends to all; -1 for none.</summary>
    public int Snapshot { get; init; } = -1;

    /// <summary>Bit by bit, which halves of the body's words are the place of the receiver.</summary>
    public uint Places { get; init; }

    /// <summary>The first, often the only, vector.</summary>
    public int Vector => Vectors[0];

    /// <summary>One of the messages, where it carries one vector.</summary>
    /// <param name="vector">Its vector.</param>
    /// <param name="place">The place of its receiver; any where the body names none.</param>
    public Message With(Snapshot vector, int place = 0) =>
        new(Kind) { Vector = vector, Body = BodyTo(place), HasBody = Kind.BodyBytes > 0 };

    /// <summary>The body of the message to an agent.</summary>
    public MessageBody BodyTo(int place)
    {
        var body = Body;
        for (var places = Places; places != 0; places &= places - 1)
        {
            var half = BitOperations.TrailingZeroCount(places);
            body[half / 2] |= (ulong)place << (half % 2 * 32); // of the first agent's it is 0
        }
        return body;
    }

    /// <summary>
    /// The same, where halves of the body are the place of the receiver, as the second message shows.
    /// </summary>
    public CohortMessage WithPlaces(in MessageBody second)
    {
        var places = 0u;
        for (var half = 0; half < 2 * MessageBody.Words; half++)
        {
            if (HalfOf(Body, half) == 0 && HalfOf(in second, half) == 1)
                places |= 1u << half;
        }
        return this with { Places = places };
    }

    static uint HalfOf(in MessageBody body, int half) => (uint)(body[half / 2] >> (half % 2 * 32));

    /// <summary>What the message to an agent carries, as it goes into the receiver's chain.</summary>
    /// <param name="vector">The hash of its vector's contents and version.</param>
    /// <param name="place">The place of its receiver.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Payload(ulong vector, int place) => Kind.IsPlain ? vector : WithBody(vector, place);

    ulong WithBody(ulong vector, int place) => BodyTo(place).Chain(VectorHash.Chain(0, vector), Kind);
}
