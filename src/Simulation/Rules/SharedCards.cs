using AsyncOpt.Core.Links;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>
/// The agents' network cards where a bandwidth law shares their rates. An agent's cards are touched by its partition
/// only; they are made when the first message comes to them.
/// </summary>
sealed class SharedCards
{
    readonly BandwidthLaw _law;
    readonly LinkModel _links;
    readonly SharedCard?[]? _sending;
    readonly SharedCard?[]? _receiving;

    SharedCards(BandwidthLaw law, LinkModel links, int agents)
    {
        (_law, _links) = (law, links);
        if (law.AtOnce < 1)
            throw new InvalidOperationException($"bandwidth law '{law}' lets {law.AtOnce} messages pass at once");
        _sending = links.SendRate is null ? null : new SharedCard?[agents];
        _receiving = links.ReceiveRate is null ? null : new SharedCard?[agents];
    }

    /// <summary>The cards of a run; null where none is shared.</summary>
    public static SharedCards? Of(RunPlan plan, int agents) =>
        plan.Links is { Sharing: { } law } links && (links.SendRate ?? links.ReceiveRate) is not null
            ? new(law, links, agents)
            : null;

    /// <summary>Whether messages pass a card at their sender.</summary>
    public bool AreSending => _sending is not null;

    /// <summary>Whether messages pass a card at their receiver.</summary>
    public bool AreReceiving => _receiving is not null;

    /// <summary>An agent's card.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="isSending">Whether it is the card for what the agent sends.</param>
    public SharedCard Of(int agent, bool isSending) =>
        (isSending ? _sending! : _receiving!)[agent] ??= new(_law.AtOnce);

    /// <summary>The same, where a message has come to it.</summary>
    public SharedCard? Find(int agent, bool isSending) => (isSending ? _sending : _receiving)?[agent];

    /// <summary>A message comes to a card.</summary>
    /// <param name="card">The card.</param>
    /// <param name="now">The present, in ns.</param>
    /// <param name="transfer">The message.</param>
    /// <param name="item">What the host calls it.</param>
    /// <param name="isCopy">Whether it is a copy that comes along with the message before it, at no cost.</param>
    public void Add(SharedCard card, long now, in Transfer transfer, int item, bool isCopy = false)
    {
        var rate = transfer.IsSending ? _links.SendRate : _links.ReceiveRate;
        var weight = _law.Weight(in transfer);
        if (weight is < 1 or > BandwidthLaw.WeightMax)
        {
            throw new InvalidOperationException(
                $"bandwidth law '{_law}' gives a message weight {weight}; expected 1 to {BandwidthLaw.WeightMax}");
        }
        card.Add(now, LinkModel.Transfer(transfer.Bytes, rate!.Value).Nanoseconds, weight, item, isCopy);
    }
}
