using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>What runs have in virtual time alone.</summary>
static class VirtualOnly
{
    /// <summary>Refuses what needs virtual time.</summary>
    /// <param name="plan">A run in real time.</param>
    /// <exception cref="InputException">It asks for such.</exception>
    public static void Refuse(RunPlan plan)
    {
        if (plan.RecordSchedule)
        {
            throw new InputException("output.schedule: it is of virtual time alone; a live run is taken again from its "
                + "replay log");
        }
        var links = plan.Links;
        if (links.Sharing is { } law)
        {
            throw new InputException(
                $"links.sharing: '{law}' is of virtual time alone, as when a message leaves a card depends on those "
                + "that come after it; for a live run take 'sharing: null', which lets one message pass after the "
                + "other");
        }
        if (links is { Fifo: true, Retransmit: not null })
        {
            throw new InputException(
                "links.retransmit: on links that keep the order of messages it is of virtual time alone; for a live "
                + "run take 'fifo: false', or 'retransmit: null'");
        }
    }
}
