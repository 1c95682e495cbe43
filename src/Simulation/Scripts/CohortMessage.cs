using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>A message that every agent of a cohort sends.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Vectors">Its vectors.</param>
/// <param name="Origin">What each of them rests on.</param>
/// <param name="Body">Its body.</param>
sealed record CohortMessage(MessageKind Kind, VectorNumbers Vectors, Origin Origin, MessageBody Body)
{
    /// <summary>The first, often the only, vector.</summary>
    public int Vector => Vectors[0];

    /// <summary>That of one of them, where it has one vector.</summary>
    /// <param name="vector">Its vector.</param>
    public Message With(Snapshot vector) =>
        new(Kind) { Vector = vector, Body = Body, HasBody = Kind.BodyBytes > 0 };
}
