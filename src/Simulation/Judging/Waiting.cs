using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Judging;

/// <summary>Who of a run's agents cannot go on, for what they wait, since when, and what was lost on the way.</summary>
sealed unsafe class Waiting<T>(World<T> world, IReadOnlyList<Recording> records)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // So many things are told; agents of one role for which the same holds are one of them.
    const int ToldMax = 5;

    readonly Dictionary<(int From, int To), long> _losses = Recording.LossesOf(records).ToDictionary();
    readonly List<WaitingAgents> _told = [];
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
                var waits = new Waits(world.Cores[agent].Place);
                role.Program.WaitsFor(role.State(i), waits);
                var isDown = (flags & AgentFlags.Down) != 0;
                if ((flags & AgentFlags.AtDoor) != 0)
                    TellDoor(agent, role.Doors[i], now);
                else if ((flags & AgentFlags.Moving) != 0)
                    Tell(agent, acted, ("moving", 0), t => $"{t.Be} on {t.Their} way {t.Since}", isLoss: false);
                else if (isDown && (waits.Entries.Count > 0 || (flags & AgentFlags.Interrupted) != 0))
                    TellDown(agent, now);
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
        var told = _told.Sum(t => t.Count);
        var more = Agents > told ? $"; and {Agents - told} more agents" : "";
        return string.Join("; ", _told) + more;
    }

    void TellDown(int agent, long now)
    {
        if (world.RoleOf(agent).Layout.Count == Count.Tokens)
        {
            var place = world.Cores[agent].Place;
            Tell(agent, 0, ("down", place), t => $"{t.Be} down with node {place}{UnderText(place, now)}", isLoss: true);
            return;
        }
        // Each has a crash of its own, which is found among all crashes when it is told.
        Tell(agent, 0, ("down", agent), told =>
        {
            var crash = CrashSchedule.NotOver(world.Plan, world.Layout, agent, now);
            return $"{told.Be} down{SpanText(crash?.At, crash?.Until)}";
        }, isLoss: true);
    }

    void TellDoor(int agent, int place, long now) => Tell(
        agent, 0, ("door", place),
        told => $"{told.Wait} for node {place}, which crashed and is down{UnderText(place, now)}", isLoss: true);

    string UnderText(int place, long now)
    {
        var crash = world.Crashes?.NotOver(place, now);
        return SpanText(crash?.At, crash?.Until);
    }

    static string SpanText(long? at, long? until) => at is null ? ""
        : until is null ? $" for good since {at / 1e9} s"
        : $" from {at / 1e9} s to {until / 1e9} s";

    // The text is made for those alone who are told of.
    void Tell(int agent, long since, (string What, int Whom) cause, Func<WaitingAgents, string> text, bool isLoss)
    {
        Agents++;
        var role = world.RoleOf(agent);
        var (rank, of) = (agent - role.First, (role.Layout.Index, cause.What, cause.Whom));
        if (_told.Find(t => t.Cause == of) is { } told)
        {
            told.Add(rank, since);
            return;
        }
        var first = new WaitingAgents(role.Layout.Identity, of, rank, since, text);
        if (_told.Count < ToldMax)
            _told.Add(first);
        else if (isLoss && !_isLossTold)
            _told[0] = first; // a loss explains the rest: it is told in any case
        _isLossTold |= isLoss;
    }

    void TellWait(int agent, long since, Waits waits)
    {
        // A program may name more than is missing; what was lost is the best guess.
        long LastLost(Peer from) => _losses.GetValueOrDefault((from.Id, agent), -1);
        var (kind, from) = waits.Entries.MaxBy(e => LastLost(e.From));
        var (lost, count) = (LastLost(from), waits.Entries.Count);
        // What was lost, and how much is waited for, is each agent's own: those agree that lost at the same time.
        Tell(agent, since, ($"{kind} {count} {lost}", from.Id), Text, isLoss: lost >= 0);

        string Text(WaitingAgents told)
        {
            var others = count > 1 ? $" and up to {count - 1} more messages" : "";
            var link = told.Count == 1 ? "that link" : "each of these links";
            return $"{told.Wait} for '{kind}' from {world.Layout.NameOf(from.Id)}{others}, {told.Since}"
                + (lost >= 0 ? $" (a message on {link} was lost at {lost / 1e9} s)" : "");
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
                    agent, world.Cores[agent].Acted, ("silent", agent),
                    told => $"does nothing {told.Since} and "
                    + $"does not say what it waits for (a message from {world.Layout.NameOf(from)} to "
                    + $"{world.Layout.NameOf(to)} was lost at {lost / 1e9} s)", isLoss: true);
                break;
            }
        }
    }
}
