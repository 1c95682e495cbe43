using AsyncOpt.Core;
using AsyncOpt.Core.Links;

namespace AsyncOpt.Simulation.Rules;

/// <summary>What links have in virtual time alone.</summary>
static class VirtualOnly
{
    /// <summary>Refuses links that need virtual time.</summary>
    /// <param name="links">The links of a run in real time.</param>
    /// <exception cref="InputException">They do.</exception>
    public static void Refuse(LinkModel links)
    {
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
