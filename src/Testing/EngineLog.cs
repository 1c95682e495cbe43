using System.Runtime.InteropServices;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Testing;

/// <summary>
/// Logs of runs that the embedded engine makes: it writes down what its agents handle, as a live host does.
/// </summary>
static class EngineLog
{
    /// <summary>Runs a plan and returns its log.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="specification">Its specification, as JSON.</param>
    /// <param name="checks">Whether the log has the agent's state before each event.</param>
    /// <param name="partitions">How many partitions of the engine write it.</param>
    public static byte[] Of(RunPlan plan, string specification = "{}", bool checks = false, int partitions = 1)
    {
        plan = plan with { Partitions = partitions, ForcePartitions = true };
        return plan.Precision == Precision.Float32
            ? Write<float>(plan, specification, checks)
            : Write<double>(plan, specification, checks);
    }

    static byte[] Write<T>(RunPlan plan, string specification, bool checks)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var stream = new MemoryStream();
        var agents = Simulator.LayOut(plan).Agents;
        var header = ReplayLogHeader.Here("engine", specification, agents, plan.Precision);
        using (var to = new ReplayLogWriter(stream, header))
        {
            var observer = new Observer<T>(to, agents, checks);
            using var engine = new Engine<T>(plan, new RunHooks { Observer = observer });
            observer.Engine = engine;
            engine.Run();
            for (var agent = 0; agent < agents; agent++)
                to.Finish(agent, observer.HashOf(agent), observer.Events[agent]);
            to.Complete();
        }
        return stream.ToArray();
    }

    sealed class Observer<T>(ReplayLogWriter to, int agents, bool checks) : IEventObserver
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        // The first sequence number of each message that an agent sent: a copy has the next one.
        readonly Dictionary<int, List<uint>> _sent = [];
        EmbeddedState<T>? _state;

        public Engine<T> Engine { get; set; } = null!;

        public long[] Events { get; } = new long[agents];

        public ulong HashOf(int agent) =>
            (_state ??= new EmbeddedState<T>(Engine.World)).HashOf(agent, Engine.PartitionOf(agent).Snapshots);

        public void Started(int agent, long now)
        {
            Events[agent]++;
            to.Start(agent, now);
        }

        public void Sent(int agent, uint sequence) =>
            (CollectionsMarshal.GetValueRefOrAddDefault(_sent, agent, out _) ??= []).Add(sequence);

        uint NumberOf(int sender, uint sequence)
        {
            var at = _sent[sender].BinarySearch(sequence);
            return (uint)(at >= 0 ? at : ~at - 1);
        }

        public void Handled(in Event e, long now, long service, long number)
        {
            // A completion's results are in place already, and a crash has lost what was pending: no state in between.
            if (checks && e.Type is EventType.Message or EventType.Timer)
                to.Check(e.Receiver, HashOf(e.Receiver));
            Events[e.Receiver]++;
            switch (e.Type)
            {
                case EventType.Message:
                    to.Message(e.Receiver, now, e.Sender, NumberOf(e.Sender, e.Sequence), e.Time, service);
                    break;
                case EventType.Computed:
                    to.Computed(e.Receiver, now, number);
                    break;
                case EventType.Timer:
                    to.Timer(e.Receiver, now, number);
                    break;
                case EventType.Arrived:
                    to.Arrived(e.Receiver, now, e.IsLost ? e.Extra : e.Payload, e.Extra, e.IsLost);
                    break;
                case EventType.Crash:
                    to.Crash(e.Receiver, now);
                    break;
                case EventType.Restart:
                    to.Restart(e.Receiver, now, e.IsLost);
                    break;
                default:
                    throw new InvalidOperationException($"{e.Type} is nothing that an agent handles");
            }
        }
    }
}
