using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>
/// An account of messages: what was sent, and the copies that faults made of it, was handled, was lost or is on its
/// way. A token's move is sent and ends once, also where it is lost.
/// </summary>
static class LedgerCheck
{
    public static void Of(World world)
    {
        var (seen, counts) = (world.Witness, world.Witness.Record.Counts);
        Equal("what was sent", seen.SentBy.Sum(), counts.Messages);
        Equal("events", seen.Events, counts.Events);
        var first = 0;
        foreach (var traffic in seen.Record.Traffic)
        {
            var sent = seen.SentBy.Skip(first).Take(traffic.Agents).Sum();
            Equal($"what role '{traffic.Role}' sent", sent, traffic.Messages);
            first += traffic.Agents;
        }
        var moves = seen.Arrivals + seen.TokensUnderway;
        var lost = counts.Lost - seen.LostArrivals - seen.LostUnderway;
        Equal(
            $"of {counts.Messages - moves} messages and {counts.Duplicated} copies {seen.Messages} are handled, {lost} "
                + $"lost, {seen.MessagesUnderway} on their way",
            counts.Messages - moves + counts.Duplicated, seen.Messages + lost + seen.MessagesUnderway);
    }

    static void Equal(string what, long expected, long actual)
    {
        if (expected != actual)
            throw new ContractException($"{what}: {expected} and {actual}");
    }
}
