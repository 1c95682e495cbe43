namespace AsyncOpt.Grains.Live.Agents;

/// <summary>What a host's part of a run came to so far, for meters: only ever more.</summary>
/// <param name="Sent">Messages that its agents sent, acknowledgements not.</param>
/// <param name="Received">Messages that came to its agents.</param>
/// <param name="Lost">Messages that faults dropped, or that came to an agent that was down.</param>
/// <param name="Repeated">Messages that came once more, and were dropped.</param>
/// <param name="Refused">Messages that could not be what their kind declares.</param>
/// <param name="Events">Events handled.</param>
/// <param name="Updates">Updates recorded.</param>
/// <param name="Computations">Computations evaluated.</param>
/// <param name="Batches">Batches in which they were.</param>
readonly record struct LiveTotals(
    long Sent, long Received, long Lost, long Repeated, long Refused, long Events, long Updates, long Computations,
    long Batches)
{
    public static LiveTotals operator +(LiveTotals a, LiveTotals b) => new(
        a.Sent + b.Sent, a.Received + b.Received, a.Lost + b.Lost, a.Repeated + b.Repeated, a.Refused + b.Refused,
        a.Events + b.Events, a.Updates + b.Updates, a.Computations + b.Computations, a.Batches + b.Batches);
}
