using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>A message of one vector that every agent of a cohort sends.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Vector">The vector.</param>
/// <param name="Origin">What it rests on.</param>
/// <param name="Body">Its body.</param>
sealed record CohortMessage(MessageKind Kind, int Vector, Origin Origin, MessageBody Body)
{
    /// <summary>That of one of them.</summary>
    /// <param name="vector">Its vector.</param>
    public Message With(Snapshot vector) =>
        new(Kind) { Vector = vector, Body = Body, HasBody = Kind.BodyBytes > 0 };
}
