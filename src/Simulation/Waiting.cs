using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation;

/// <summary>Who of a run's agents cannot go on, for what they wait, since when, and what was lost on the way.</summary>
sealed unsafe class Waiting<T>(World<T> world, IReadOnlyList<Recording> records)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // So many agents are told of.
    const int ToldMax = 5;

    readonly Dictionary<(int From, int To), long> _losses = Recording.LossesOf(records).ToDictionary();
    readonly List<string> _told = [];
    bool _isLossTold;

    /// <summary>How many agents cannot go on.</summary>
    public int Agents { get; private set; }

    /// <summary>Looks at all agents.</summary>
    /// <param name="now">The present, in ns.</param>
    /// <param name="idleSince">Who did something after this time, in ns, does not count.</param>
    public Waiting<T> At(long now, long idleSince)
    {
        foreach (var role in world.Roles)
        {
            for (var i = 0; i < role.Layout.Agents; i++)
            {
                var agent = role.First + i;
                var (flags, acted) = (world.Cores[agent].Flags, world.Cores[agent].Acted);
                if ((flags & AgentFlags.Stopped) != 0 || acted > idleSince)
                    continue;
                var waits = new Waits();
                role.Program.WaitsFor(role.State(i), waits);
                var isDown = (flags & AgentFlags.Down) != 0;
                if ((flags & AgentFlags.AtDoor) != 0)
                    Tell(() => DoorText(agent, role.Doors[agent - role.First], now), isLoss: true);
                else if ((flags & AgentFlags.Moving) != 0)
                    Tell(() => $"{world.Layout.NameOf(agent)} is on its way since {acted / 1e9} s", isLoss: false);
                else if (isDown && (waits.Entries.Count > 0 || (flags & AgentFlags.Interrupted) != 0))
                    Tell(() => DownText(agent, now), isLoss: true);
                else if (waits.Entries.Count > 0)
                    TellWait(agent, acted, waits);
            }
        }
        if (Agents == 0 && idleSince == now)
            TellUntoldLosses();
        return this;
    }

    /// <summary>Who waits for what, in a few words; empty where nobody does.</summary>
    public override string ToString()
    {
        var more = Agents > _told.Count ? $"; and {Agents - _told.Count} more agents" : "";
        return string.Join("; ", _told) + more;
    }

    string DownText(int agent, long now)
    {
        var text = $"{world.Layout.NameOf(agent)} is down";
        if (world.RoleOf(agent).Layout.Count == Count.Tokens)
        {
            var place = world.Cores[agent].Place;
            var under = world.Crashes?.NotOver(place, now);
            return $"{text} with node {place}{SpanText(under?.At, under?.Until)}";
        }
        var crash = CrashSchedule.NotOver(world.Plan, world.Layout, agent, now);
        return text + SpanText(crash?.At, crash?.Until);
    }

    string DoorText(int agent, int place, long now)
    {
        var crash = world.Crashes?.NotOver(place, now);
        return $"{world.Layout.NameOf(agent)} waits for node {place}, which crashed and is down"
            + SpanText(crash?.At, crash?.Until);
    }

    static string SpanText(long? at, long? until) => at is null ? ""
        : until is null ? $" for good since {at / 1e9} s"
        : $" from {at / 1e9} s to {until / 1e9} s";

    // The text is made for those alone who are told of: when an agent is down is found among all crashes.
    void Tell(Func<string> text, bool isLoss)
    {
        Agents++;
        if (_told.Count < ToldMax)
            _told.Add(text());
        else if (isLoss && !_isLossTold)
            _told[0] = text(); // a loss explains the rest: it is told in any case
        _isLossTold |= isLoss;
    }

    void TellWait(int agent, long since, Waits waits)
    {
        // A program may name more than is missing; what was lost is the best guess.
        long LastLost(Peer from) => _losses.GetValueOrDefault((from.Id, agent), -1);
        var (kind, from) = waits.Entries.MaxBy(e => LastLost(e.From));
        var (lost, count) = (LastLost(from), waits.Entries.Count);
        Tell(Text, isLoss: lost >= 0);

        string Text()
        {
            var others = count > 1 ? $" and up to {count - 1} more messages" : "";
            return $"{world.Layout.NameOf(agent)} waits for '{kind}' from {world.Layout.NameOf(from.Id)}{others}, "
                + $"since {since / 1e9} s"
                + (lost >= 0 ? $" (a message on that link was lost at {lost / 1e9} s)" : "");
        }
    }

    /// <summary>A message is lost, and a program at one of its ends does not say what it waits for.</summary>
    void TellUntoldLosses()
    {
        var silent = new HashSet<int>();
        foreach (var ((from, to), lost) in _losses)
        {
            foreach (var agent in (ReadOnlySpan<int>)[to, from])
            {
                if (world.RoleOf(agent).Program.TellsWaits || (world.Cores[agent].Flags & AgentFlags.Stopped) != 0)
                    continue;
                if (!silent.Add(agent))
                    break;
                Tell(
                    () => $"{world.Layout.NameOf(agent)} does nothing since {world.Cores[agent].Acted / 1e9} s and "
                    + $"does not say what it waits for (a message from {world.Layout.NameOf(from)} to "
                    + $"{world.Layout.NameOf(to)} was lost at {lost / 1e9} s)", isLoss: true);
                break;
            }
        }
    }
}
