using System.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Replay;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// A live agent: plain memory, handled by one thread at a time. Whoever hosts it (a grain, a test) gives it turns:
/// <see cref="Receive"/> and <see cref="Turn"/> are never called at once.
/// </summary>
abstract class LiveAgent
{
    /// <summary>Its number in the run.</summary>
    public required int Id { get; init; }

    /// <summary>Lets an event happen in a turn of the agent's own, later, from any thread.</summary>
    public required Action<LiveEvent> Post { get; set; }

    /// <summary>
    /// After its turns came from elsewhere: what was to happen, and may have been lost with them, is asked for again.
    /// </summary>
    public abstract void GoOn();

    /// <summary>A message came, in the agent's turn.</summary>
    public abstract void Receive(LiveMessage message);

    /// <summary>An event happens, in the agent's turn.</summary>
    public abstract void Turn(LiveEvent e);
}

/// <summary>A vector of an agent; snapshots share the coordinates until the vector is next written.</summary>
struct VectorCell<T>
    where T : unmanaged
{
    public T[] Data;
    public bool IsShared;
}

/// <summary>What a slot holds, and the way it came.</summary>
struct HeldVector<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LiveVector<T>? Vector;

    /// <summary>ns of service and travel between the taking of the snapshot and the holding.</summary>
    public long Compute;
    public long Wire;
}

/// <summary>The memory of a live agent at the run's float width.</summary>
sealed class LiveAgent<T> : LiveAgent
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static readonly HeldVector<T>[] NoSlots = [];
    readonly LiveRun<T> _run;

    // Nobody waits for it, but where an activation was lost and the next one begins while the last turn still goes on.
    readonly Lock _turn = new();

    public LiveAgent(LiveRun<T> run, int id)
    {
        _run = run;
        Role = run.Layout.RoleOf(id);
        Index = id - Role.First;
        Place = Role.StartPlaceOf(Index);
        State = new byte[Role.Program.StateBytes];
        Vectors = new VectorCell<T>[Role.Vectors.Count];
        for (var v = 0; v < Vectors.Length; v++)
            Vectors[v] = run.InitialVector(Role.Vectors[v]);
        Slots = Role.SlotKinds.Count == 0 ? NoSlots : new HeldVector<T>[Role.SlotKinds.Count];
        Tables = [.. Role.Tables.Select(t => new double[t.Length])];
        Rows = [.. Role.NeighbourRowSets.Select(
            rows => new LiveVector<T>?[rows.Iterations * LiveRun<T>.RowsPerIteration(Role, Place)])];
        RowBodies = [.. Rows.Select((rows, i) =>
            new MessageBody[Role.NeighbourRowSets[i].HasBodies ? rows.Length : 0])];
        RowsHeld = [.. Role.NeighbourRowSets.Select(rows => new int[rows.Iterations])];
    }

    public RoleLayout Role { get; }

    public int Index { get; }

    /// <summary>Its node or worker; -1 for a server; a token's changes.</summary>
    public int Place;

    public byte[] State { get; }

    public VectorCell<T>[] Vectors { get; }

    public HeldVector<T>[] Slots { get; }

    public double[][] Tables { get; }

    /// <summary>Per set of neighbour rows: neighbour k in iteration t is at k * kept + t mod kept.</summary>
    public LiveVector<T>?[][] Rows { get; }

    /// <summary>The bodies of the messages that rows hold, at the same places; empty for sets without.</summary>
    public MessageBody[][] RowBodies { get; }

    /// <summary>Per set and iteration (mod iterations), how many rows are held.</summary>
    public int[][] RowsHeld { get; }

    public LinkLedger Links { get; } = new();

    /// <summary>What it sent before, where a fault lets it send that again.</summary>
    public SentBefore<LiveVector?[]>? Recollection { get; set; }

    /// <summary>The epoch in which it came to life; 0 unless a silo was lost.</summary>
    public int Life;

    /// <summary>Virtual ns of its last event: its clock never goes back.</summary>
    public long Now;

    /// <summary>Virtual ns of its last event other than a fault, or when it lost what it did to one.</summary>
    public long Acted;

    /// <summary>Computations requested, timers set, numbers drawn, services begun so far.</summary>
    public uint Computations;
    public uint TimersSet;
    public uint Draws;
    public uint Services;

    /// <summary>Vectors compressed so far: names the draws.</summary>
    public uint Compressed;

    /// <summary>Sends of the program so far.</summary>
    public uint Sends;

    public AgentFlags Flags;
    public bool HasStarted;

    /// <summary>Whether its host has told it to start: that may be asked for twice.</summary>
    public bool IsToldToStart;

    /// <summary>How it begins: who came to life after the loss of a silo comes back.</summary>
    public LiveSignal StartSignal => new(this, Life > 0 ? Signal.Revive : Signal.Start);

    /// <summary>Whether it handles something right now: what that leads to is in no count yet.</summary>
    public bool InTurn;
    public bool HasEnded;

    /// <summary>Whether back-pressure holds back its next event.</summary>
    public bool IsHeldBack;

    /// <summary>The peer whose acknowledgements it waits for then.</summary>
    public int HeldBackBy;

    /// <summary>What it asked for and has not happened yet: few things; null for none ever.</summary>
    public List<LivePending>? Pending;

    /// <summary>How many of these are computations, and how many are not.</summary>
    public int Computing;
    public int TimersPending;

    /// <summary>Events that wait, first to last.</summary>
    public LiveEvent? WaitingFirst;
    public LiveEvent? WaitingLast;
    public int Waiting;

    /// <summary>How many of these are messages.</summary>
    public int WaitingMessages;

    /// <summary>The message in service.</summary>
    public LiveMessage? Serving;

    /// <summary>FIFO links: messages that came before their predecessors.</summary>
    public List<LiveMessage>? Early;

    /// <summary>A token: when it looks for the next crash of its node, in virtual ns, + 1; 0 for never.</summary>
    public long Watched;

    /// <summary>A token: the node that it waits for, while it does.</summary>
    public int Door;

    /// <summary>Messages that wait at its card.</summary>
    public int AtCard;

    /// <summary>The epoch in which it counts, and its counts when that began.</summary>
    public int CountEpoch;
    public long SentBefore;
    public long ReceivedBefore;
    public long LostBefore;

    // Counted by the agent itself, read by its host.
    public long SentCount;
    public long ReceivedCount;
    public long LostCount;
    public long RepeatedCount;
    public long RefusedCount;
    public long DuplicatedCount;
    public long RetriedCount;
    public long GivenUpCount;
    public long LostBytes;
    public long OverflowedCount;
    public long CrashCount;
    public long SentBytes;
    public long Handled;

    public override void Receive(LiveMessage message)
    {
        if (_run.IsClosed)
            return;
        lock (_turn)
        {
            Volatile.Write(ref InTurn, true);
            _run.Interpreter(this).Receive(message);
            Volatile.Write(ref InTurn, false);
        }
    }

    public override void Turn(LiveEvent e)
    {
        if (_run.IsClosed)
            return;
        lock (_turn)
        {
            Volatile.Write(ref InTurn, true);
            _run.Interpreter(this).Turn(e);
            Volatile.Write(ref InTurn, false);
        }
    }

    public override void GoOn()
    {
        lock (_turn)
        {
            Volatile.Write(ref InTurn, false);
            foreach (var pending in Pending ?? [])
                pending.AskAgain();
            if (IsToldToStart && !HasStarted)
                Post(StartSignal);
            if (IsHeldBack)
                Post(new LiveSignal(this, Signal.Resume));
            if (Serving is { } served)
                Post(new LiveSignal(this, Signal.ServiceEnd) { Subject = served });
        }
    }

    /// <summary>
    /// All that its program declared is as at the start. What is counted goes on, so that no draw and no batch comes
    /// twice.
    /// </summary>
    public void LoseState()
    {
        Array.Clear(State);
        for (var v = 0; v < Vectors.Length; v++)
            Vectors[v] = _run.InitialVector(Role.Vectors[v]);
        Array.Clear(Slots);
        foreach (var ofEach in (Array[])[.. Tables, .. Rows, .. RowBodies, .. RowsHeld])
            Array.Clear(ofEach);
    }

    /// <summary>Adds what it asked for.</summary>
    public void Add(LivePending pending)
    {
        (Pending ??= new(2)).Add(pending);
        CountOf(pending)++;
    }

    /// <summary>What it asked for has happened, was given up or lost; false if that is known already.</summary>
    public bool Forget(LivePending pending)
    {
        if (Pending?.Remove(pending) != true)
            return false;
        pending.IsCancelled = true;
        CountOf(pending)--;
        return true;
    }

    ref int CountOf(LivePending pending)
    {
        if (pending is LiveRequest<T>)
            return ref Computing;
        return ref TimersPending;
    }

    /// <summary>The place of a neighbour's row.</summary>
    public ref LiveVector<T>? Row(int set, int k, long iteration) => ref Rows[set][RankOfRow(set, k, iteration)];

    /// <summary>The place of the body that such a row came with, in a set that has bodies.</summary>
    public ref MessageBody RowBody(int set, int k, long iteration) =>
        ref RowBodies[set][RankOfRow(set, k, iteration)];

    int RankOfRow(int set, int k, long iteration)
    {
        var iterations = RowsHeld[set].Length;
        return (k * iterations) + (int)(iteration % iterations);
    }

    public void Append(LiveEvent e)
    {
        e.Next = null;
        if (WaitingLast is null)
            WaitingFirst = e;
        else
            WaitingLast.Next = e;
        WaitingLast = e;
        Waiting++;
        WaitingMessages += e is LiveMessage ? 1 : 0;
    }

    /// <summary>Takes an event out of those that wait.</summary>
    public void Unlink(LiveEvent? previous, LiveEvent e)
    {
        if (previous is null)
            WaitingFirst = e.Next;
        else
            previous.Next = e.Next;
        if (WaitingLast == e)
            WaitingLast = previous;
        e.Next = null;
        Waiting--;
        WaitingMessages -= e is LiveMessage ? 1 : 0;
    }
}
