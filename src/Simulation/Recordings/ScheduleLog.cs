using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>What computations and messages of a host's agents drew, where a run keeps it.</summary>
sealed class ScheduleLog
{
    readonly List<(int Agent, uint Number, double Factor)> _tasks = [];
    readonly List<ScheduledMessage> _messages = [];

    /// <summary>Notes a computation.</summary>
    public void Add(int agent, uint number, double factor) => _tasks.Add((agent, number, factor));

    /// <summary>Notes a message.</summary>
    public void Add(in ScheduledMessage message) => _messages.Add(message);

    public void Clear()
    {
        _tasks.Clear();
        _messages.Clear();
    }

    /// <summary>What several noted, by agent and number, and by way and number.</summary>
    public static Schedule Of(IReadOnlyList<ScheduleLog> logs, Layout layout) => new(
        [
            .. logs.SelectMany(l => l._tasks).OrderBy(t => t.Agent).ThenBy(t => t.Number).Select(t =>
            {
                var role = layout.RoleOf(t.Agent);
                return new ScheduledTask(role.Name, t.Agent - role.First, t.Number, t.Factor);
            }),
        ],
        [
            .. logs.SelectMany(l => l._messages).OrderBy(m => m.Way).ThenBy(m => m.From)
                .ThenBy(m => m.Way == MessageWay.Link ? m.To : 0).ThenBy(m => m.Message),
        ]);

    /// <summary>Writes what several noted.</summary>
    public static void Save(IReadOnlyList<ScheduleLog> logs, BinaryWriter to)
    {
        to.Write(logs.Sum(l => l._tasks.Count));
        foreach (var (agent, number, factor) in logs.SelectMany(l => l._tasks))
        {
            to.Write(agent);
            to.Write(number);
            to.Write(factor);
        }
        to.Write(logs.Sum(l => l._messages.Count));
        foreach (var m in logs.SelectMany(l => l._messages))
        {
            to.Write((byte)m.Way);
            to.Write(m.From);
            to.Write(m.To);
            to.Write(m.Message);
            to.Write(m.Delay);
            to.Write(m.IsLost);
        }
    }

    /// <summary>Adds what others noted.</summary>
    public void Load(BinaryReader from)
    {
        for (var left = from.ReadInt32(); left > 0; left--)
            Add(from.ReadInt32(), from.ReadUInt32(), from.ReadDouble());
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            Add(new((MessageWay)from.ReadByte(), from.ReadInt32(), from.ReadInt32(), from.ReadInt64(), from.ReadInt64(),
                from.ReadBoolean()));
        }
    }
}
