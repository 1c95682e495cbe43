using AsyncOpt.Core;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// The messages of a replay, between their sending and what the logs ask for: a message asked for twice came twice, and
/// one that nobody asks for was lost, or had not arrived when the run ended. So memory holds what was on its way.
/// </summary>
/// <param name="agents">How many agents the run has.</param>
/// <param name="arena">Where the messages lie.</param>
sealed class SentMessages<T>(int agents, Arena arena) : IReplayPort
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // What has become of a demand, beside the message's place + 1.
    const int NotSent = 0;
    const int SentElsewhere = -1;
    const int Taken = -2;

    readonly Slab<SentMessage> _kept = new(arena);
    readonly uint[] _sent = new uint[agents];
    readonly Dictionary<int, List<(int From, int Node)>> _moves = [];

    // Demands, by sender and number: those of sender s are _first[s] .. _first[s + 1] - 1; _next[s] is the first that
    // it has not come to.
    int[] _first = [];
    int[] _next = [];
    uint[] _numbers = [];
    (int Agent, int Tries)[] _receivers = [];
    int[] _states = [];

    /// <summary>Gives a message its payload; set once the partition is there.</summary>
    public MessagePayloads<T> Payloads { get; set; } = null!;

    /// <summary>Told whenever a message comes that the receiver's log asks for: receiver, sender and number.</summary>
    public Action<int, int, uint> Delivered { get; set; } = (_, _, _) => { };

    /// <summary>How many messages an agent has sent so far, moves included.</summary>
    public uint SentBy(int agent) => _sent[agent];

    /// <summary>Counts what the logs ask for.</summary>
    /// <exception cref="InputException">A log names an agent that the run does not have.</exception>
    public void Collect(ReplayLog log)
    {
        _first = new int[agents + 1];
        ForEachMessage(log, (_, message) => _first[message.Sender + 1]++);
        for (var sender = 0; sender < agents; sender++)
            _first[sender + 1] = checked(_first[sender + 1] + _first[sender]);
        _next = _first[..agents];
        (_numbers, _receivers) = (new uint[_first[agents]], new (int, int)[_first[agents]]);
        ForEachMessage(log, (receiver, message) =>
        {
            var at = _next[message.Sender]++;
            (_numbers[at], _receivers[at]) = (message.Number, (receiver, message.Tries));
        });
        for (var sender = 0; sender < agents; sender++)
            Array.Sort(_numbers, _receivers, _first[sender], _first[sender + 1] - _first[sender]);
        _next = _first[..agents];
        _states = new int[_numbers.Length];
    }

    void ForEachMessage(ReplayLog log, Action<int, ReplayEntry> action)
    {
        for (var agent = 0; agent < agents; agent++)
        {
            for (var cursor = log.Of(agent); cursor.TryNext(out var entry);)
            {
                if (entry.Kind != ReplayKind.Message)
                    continue;
                if (entry.Sender >= agents)
                {
                    throw new InputException($"the replay log is damaged: agent {agent} has a message from agent "
                        + $"{entry.Sender}, and the run has {agents} agents");
                }
                action(agent, entry);
            }
        }
    }

    /// <summary>How often the message that an agent sends next was sent again before it came, if it came.</summary>
    public int TriesOf(int agent)
    {
        var at = _next[agent];
        return at < _first[agent + 1] && _numbers[at] == _sent[agent] ? _receivers[at].Tries : 0;
    }

    public void Sent(int agent, int receiver, long now, in Message message)
    {
        var number = _sent[agent]++;
        ref var at = ref _next[agent];
        var isWanted = false;
        for (; at < _first[agent + 1] && _numbers[at] == number; at++)
        {
            if (_receivers[at].Agent != receiver)
            {
                _states[at] = SentElsewhere;
                continue;
            }
            var index = _kept.Take();
            _kept[index] = new SentMessage(now, (byte)message.Kind.Number, Payloads.Take(in message));
            _states[at] = index + 1;
            isWanted = true;
        }
        if (isWanted)
            Delivered(receiver, agent, number);
    }

    /// <summary>Whether a message is there to be taken.</summary>
    public bool Has(int receiver, int sender, uint number) => IndexOf(receiver, sender, number) >= 0;

    /// <summary>Takes a message that is there.</summary>
    public SentMessage Take(int receiver, int sender, uint number)
    {
        var at = IndexOf(receiver, sender, number);
        var index = _states[at] - 1;
        _states[at] = Taken;
        _kept.Free(index);
        return _kept[index];
    }

    // The first copy that is there and was not taken; -1 for none.
    int IndexOf(int receiver, int sender, uint number)
    {
        var (low, high) = (_first[sender], _first[sender + 1]);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _numbers[middle] < number ? (middle + 1, high) : (low, middle);
        }
        for (var at = low; at < _first[sender + 1] && _numbers[at] == number; at++)
        {
            if (_receivers[at].Agent == receiver && _states[at] > NotSent)
                return at;
        }
        return -1;
    }

    public void Moved(int token, int from, int node)
    {
        _sent[token]++;
        if (!_moves.TryGetValue(token, out var moves))
            _moves.Add(token, moves = []);
        moves.Add((from, node));
    }

    /// <summary>Ends a token's move as the log says; false if it made no such move.</summary>
    public bool TryArrive(int token, in ReplayEntry arrived)
    {
        var (place, from, lost) = (arrived.Place, arrived.From, arrived.Lost);
        if (!_moves.TryGetValue(token, out var moves))
            return false;
        var i = moves.FindIndex(move => move.From == from && (lost ? place == from : place == move.Node));
        if (i < 0)
            return false;
        moves.RemoveAt(i);
        return true;
    }
}
