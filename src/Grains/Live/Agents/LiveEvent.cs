namespace AsyncOpt.Grains.Live.Agents;

/// <summary>Something that happens to a live agent, in a turn of its own.</summary>
abstract class LiveEvent
{
    /// <summary>The next event that waits at the same agent.</summary>
    public LiveEvent? Next { get; set; }
}

/// <summary>What the host tells an agent.</summary>
enum Signal : byte
{
    /// <summary>The run begins.</summary>
    Start,

    /// <summary>The agent begins anew after its silo was lost.</summary>
    Revive,

    /// <summary>A fault takes the agent down.</summary>
    Crash,

    /// <summary>The agent comes back.</summary>
    Restart,

    /// <summary>The service of a message ends.</summary>
    ServiceEnd,

    /// <summary>A message has passed the receiver's network card.</summary>
    PassedCard,

    /// <summary>Back-pressure gives way.</summary>
    Resume,

    /// <summary>Messages that wait for a lost predecessor are handed on without it.</summary>
    Flush,
}

/// <summary>A word of the host to an agent, now or when its time has come.</summary>
sealed class LiveSignal(LiveAgent agent, Signal signal) : LiveEvent, IDue
{
    public Signal Signal { get; } = signal;

    /// <summary>What the signal is about, where it is about one thing: a message.</summary>
    public object? Subject { get; init; }

    /// <summary>Whether an agent that comes back has lost its state.</summary>
    public bool IsStateLost { get; init; }

    public void Fire() => agent.Post(this);
}

/// <summary>A copy of an agent's memory is asked for; given in a turn of the agent, so that it is consistent.</summary>
/// <param name="isLast">Whether the run is over: the agent handles nothing any more.</param>
/// <param name="take">Gets the copy.</param>
sealed class LiveSample(bool isLast, Action<AgentImage> take) : LiveEvent
{
    public bool IsLast { get; } = isLast;

    public void Give(AgentImage image) => take(image);
}

/// <summary>
/// What an agent asked for itself, until it happens: a computation, a timer, a token's move. It becomes due on another
/// thread, and then asks for a turn of the agent.
/// </summary>
abstract class LivePending(LiveAgent agent) : LiveEvent, IDue
{
    volatile bool _asksForTurn;

    /// <summary>Given up, or lost in a crash: it happens without effect.</summary>
    public volatile bool IsCancelled;

    /// <summary>It is due: asks for its turn.</summary>
    public void Fire()
    {
        _asksForTurn = true;
        agent.Post(this);
    }

    /// <summary>In a turn of the agent: whether this is the turn it asked for, and the first one.</summary>
    public bool TakeTurn()
    {
        var isFirst = _asksForTurn;
        _asksForTurn = false;
        return isFirst;
    }

    /// <summary>In a turn of the agent: asks once more for a turn that was asked for and has not come.</summary>
    public void AskAgain()
    {
        if (_asksForTurn)
            agent.Post(this);
    }
}

/// <summary>A timer of an agent, until it goes off.</summary>
sealed class LiveTimer(LiveAgent agent, long number, int tag) : LivePending(agent)
{
    public long Number { get; } = number;

    public int Tag { get; } = tag;
}

/// <summary>A token's move, until it ends.</summary>
/// <param name="token">The token.</param>
/// <param name="to">Where it goes.</param>
/// <param name="from">Where it comes from.</param>
/// <param name="isLost">Whether it is lost on its way.</param>
/// <param name="epoch">The epoch of the run in which it began.</param>
sealed class LiveMove(LiveAgent token, int to, int from, bool isLost, int epoch) : LivePending(token)
{
    public int To { get; } = to;

    public int From { get; } = from;

    public bool IsLost { get; } = isLost;

    public int Epoch { get; } = epoch;
}
