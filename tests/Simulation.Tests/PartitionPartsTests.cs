using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Exchanges;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Tests;

/// <summary>The objects that a partition puts together, each by itself: a clerk, agent 0, and people, 1 to 4.</summary>
public sealed class PartitionPartsTests : IDisposable
{
    const int People = 4;
    const int Dimension = 3;
    const long Second = 1_000_000_000;

    static readonly Office Method = new();
    static readonly RunPlan Plan = Plans.Of(Method, People, 10, Plans.Second) with { Partitions = 2 };

    readonly Layout _layout = Simulator.LayOut(Plan);
    readonly World<double> _world;
    readonly Partitioning _partitioning;
    readonly Parts _here;
    readonly Parts _there;

    public PartitionPartsTests()
    {
        _world = new World<double>(Plan, _layout);
        _partitioning = Partitioning.Of(Plan, _layout);
        (_here, _there) = (new Parts(_world, _partitioning, 0), new Parts(_world, _partitioning, 1));
    }

    public void Dispose()
    {
        _here.Memory.Dispose();
        _there.Memory.Dispose();
        _world.Dispose();
    }

    int AgentOf(int partition) => Enumerable.Range(0, _world.Agents).First(a => _partitioning.Of(a) == partition);

    [Fact]
    public void Events_of_agents_elsewhere_wait_in_the_outbox_and_others_are_pending()
    {
        var (mine, other) = (AgentOf(0), AgentOf(1));
        _here.Events.Insert(new Event { Time = 5, Receiver = mine });
        _here.Events.Insert(new Event { Time = 3, Receiver = other });

        Assert.Equal(new Moment(5, 0), _here.Events.Next);
        Assert.Equal(other, Assert.Single(_here.Events.Outboxes[1].Events.ToArray()).Receiver);
        Assert.Equal(0, _here.Events.Outboxes[0].Count);
    }

    [Fact]
    public void An_event_within_a_sweep_is_the_agents_own_or_breaks_the_lookahead()
    {
        _here.Turn.SetTime(1, 0);
        _here.Turn.Enter(0);
        _here.Events.BeginSweep(10);
        _here.Events.InsertHere(new Event { Time = 9, Receiver = 0 });
        _here.Events.InsertHere(new Event { Time = 10, Receiver = 0 });

        Assert.Equal((1, 9L), (_here.Events.Own.Count, _here.Events.Own.Least.Time));
        Assert.Equal(new Moment(10, 0), _here.Events.Next);
        var refusal = Assert.Throws<InvalidOperationException>(
            () => _here.Events.InsertHere(new Event { Time = 9, Receiver = 1 }));
        Assert.Equal("agent 0 affects agent 1 after 8 ns, within the lookahead of 0 ns", refusal.Message);
    }

    [Fact]
    public void An_event_of_the_same_time_is_one_deeper_and_a_later_one_at_the_top()
    {
        _here.Turn.SetTime(7, 4);

        Assert.Equal(5, _here.Turn.DepthOf(7));
        Assert.Equal(0, _here.Turn.DepthOf(8));
    }

    [Fact]
    public void A_payload_keeps_its_snapshots_until_it_is_released()
    {
        var e = Pair(_here, 0, 1, 2);
        _here.Turn.ReleaseHeld();
        Assert.Equal(1, _here.Memory.Snapshots.Stored);

        _here.Payloads.Release(in e);
        Assert.Equal(0, _here.Memory.Snapshots.Stored);
    }

    [Fact]
    public void A_handler_holds_what_it_receives_until_it_returns()
    {
        var e = Pair(_here, 0, 1, 2);
        _here.Turn.ReleaseHeld();
        _here.Turn.SetTime(e.Time, 0);
        var m = _here.Payloads.Receive(in e, service: 100);

        Assert.Equal((1L, 100L, e.Time - e.Sent), (m.Version, m.Origin.Compute, m.Origin.Wire));
        Assert.Equal(1, _here.Memory.Snapshots.Stored);
        _here.Turn.ReleaseHeld();
        Assert.Equal(0, _here.Memory.Snapshots.Stored);
    }

    [Fact]
    public void The_hash_of_a_payload_depends_on_vectors_versions_and_body()
    {
        var hash = _here.Payloads.HashOf(Pair(_here, 0, 1, 2));

        Assert.Equal(hash, _here.Payloads.HashOf(Pair(_here, 0, 1, 2)));
        Assert.NotEqual(hash, _here.Payloads.HashOf(Pair(_here, 0, 2, 1)));
        Assert.NotEqual(hash, _here.Payloads.HashOf(Pair(_here, 0, 1, 2, note: 8)));
        _here.Vectors.Write(Method.X)[1] = 9;
        Assert.NotEqual(hash, _here.Payloads.HashOf(Pair(_here, 0, 1, 2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_passed_on_is_the_same_through_memory_and_as_bytes(bool asBytes)
    {
        var receiver = AgentOf(1);
        var (first, second) = (Pair(_here, receiver, 1, 2), Pair(_here, receiver, 2, 1));
        var hashes = (_here.Payloads.HashOf(in first), _here.Payloads.HashOf(in second));
        _here.Events.Insert(in first);
        _here.Events.Insert(second with { Time = second.Time + 1 });
        _here.Turn.ReleaseHeld();
        if (asBytes)
        {
            var mail = _here.Blocks.Export();
            Assert.Null(mail[0]);
            Assert.Equal(new Moment(first.Time, 0), mail[1]!.Next);
            foreach (var block in mail[1]!.Blocks)
                _there.Blocks.Import(block);
        }
        else
        {
            _there.Exchange.Import(_here.Exchange);
            _here.Exchange.EmptyOutboxes();
        }

        Assert.Equal(0, _here.Events.Outboxes[1].Count);
        Assert.Equal(0, _here.Memory.Snapshots.Stored);
        Assert.Equal(2, _there.Events.Queue.Count);
        var (one, two) = (TakeNext(_there), TakeNext(_there));
        Assert.Equal(hashes, (_there.Payloads.HashOf(in one), _there.Payloads.HashOf(in two)));
        _there.Payloads.Release(in one);
        Assert.NotEqual(0, _there.Memory.Snapshots.Stored);
        _there.Payloads.Release(in two);
        Assert.Equal(0, _there.Memory.Snapshots.Stored);
    }

    [Fact]
    public void An_event_that_is_saved_is_loaded_elsewhere_with_what_it_carries()
    {
        var e = Pair(_here, 0, 1, 2);
        var ids = new SnapshotIds();
        using var bytes = new MemoryStream();
        using (var to = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            // What the event refers to comes first, and is known once it was written.
            using var body = new MemoryStream();
            using var events = new BinaryWriter(body);
            _here.Image.SaveEvent(in e, events, ids);
            events.Flush();
            to.Write(ids.All.Count);
            for (var id = 0; id < ids.All.Count; id++)
                _here.Image.SaveSnapshot(ids.All[id].Snapshot, id, to, ids);
            to.Write(body.ToArray());
        }
        bytes.Position = 0;
        using var from = new BinaryReader(bytes);
        var store = new SnapshotStore<double>();
        store.Load(from);
        var loaded = _there.Image.LoadEvent(from, store);

        Assert.Equal(bytes.Length, bytes.Position);
        Assert.Equal(
            (e.Time, e.Sent, e.Sender, e.Sequence, e.Receiver, e.Kind, e.Type),
            (loaded.Time, loaded.Sent, loaded.Sender, loaded.Sequence, loaded.Receiver, loaded.Kind, loaded.Type));
        Assert.Equal(_here.Payloads.HashOf(in e), _there.Payloads.HashOf(in loaded));
        Assert.Equal(1, _there.Memory.Snapshots.Stored);
    }

    [Fact]
    public void A_station_serves_one_message_after_the_other_in_the_order_of_their_coming()
    {
        var (first, second) = (Pair(_here, 0, 1, 1), Pair(_here, 0, 2, 2));
        _here.Turn.ReleaseHeld();
        _here.Turn.SetTime(Second, 0);
        Assert.True(_here.Stations.MustWait(in first));
        Assert.True(_here.Stations.MustWait(in second));
        Assert.False(_here.Stations.TryNext(out _));

        var end = TakeNext(_here);
        Assert.Equal((EventType.ServiceEnd, 3 * Second), (end.Type, end.Time));
        _here.Turn.SetTime(end.Time, 0);
        Assert.True(_here.Stations.TryEndService(in end, out var message, out var service));
        Assert.Equal((2 * Second, 1L), (service, VersionOf(in message)));
        Assert.False(_here.Stations.TryNext(out _)); // the second one's service begins
        end = TakeNext(_here);
        _here.Turn.SetTime(end.Time, 0);
        Assert.True(_here.Stations.TryEndService(in end, out message, out _));
        Assert.Equal((5 * Second, 2L), (end.Time, VersionOf(in message)));
    }

    [Fact]
    public void What_waits_for_an_agent_that_goes_down_is_lost_and_its_service_has_no_end()
    {
        var (first, second) = (Pair(_here, 0, 1, 1), Pair(_here, 0, 2, 2));
        _here.Turn.ReleaseHeld();
        Assert.True(_here.Stations.MustWait(in first));
        Assert.True(_here.Stations.MustWait(in second));
        Assert.True(_here.Stations.IsBusy);
        _here.Stations.DiscardWaiting();

        Assert.False(_here.Stations.IsBusy);
        Assert.Equal((2L, 0), (_here.Memory.Record.Lost, _here.Memory.Snapshots.Stored));
        var end = TakeNext(_here);
        Assert.False(_here.Events.IsLive(in end));
        Assert.False(_here.Stations.TryEndService(in end, out _, out _));
    }

    long VersionOf(in Event message) => _here.Memory.Snapshots[_here.Memory.Messages[message.Payload].Vector].Version;

    static Event TakeNext(Parts parts)
    {
        Assert.True(parts.Events.Queue.TryPeek(out var e));
        parts.Events.Queue.RemovePeeked();
        return e;
    }

    /// <summary>
    /// A message to an agent with two versions of the clerk's vector and a note; the handler that sends it holds them.
    /// </summary>
    static Event Pair(Parts parts, int receiver, long version, long version1, int note = 7)
    {
        parts.Turn.SetTime(0, 0);
        parts.Turn.Enter(0);
        var x = Method.X;
        var message = Office.Letter.With(new Note(note)) with
        {
            Vector = parts.Vectors.Take(x, new Origin(version, 0, 0, 0, 0)),
            Vector1 = parts.Vectors.Take(x, new Origin(version1, 0, 0, 0, 0)),
        };
        return new Event
        {
            Time = Second,
            Sent = 0,
            Sender = 1,
            Receiver = receiver,
            Kind = (byte)Office.Letter.Number,
            Payload = parts.Payloads.Take(in message),
            Type = EventType.Message,
        };
    }

    /// <summary>What these tests need of a partition.</summary>
    sealed class Parts
    {
        public Parts(World<double> world, Partitioning partitioning, int number)
        {
            var evaluator = BatchEvaluator<double>.Of(Plan, world.Layout, Simulator.OraclesOf<double>(Plan), threads: 1);
            Memory = new(world, number);
            Turn = new(Memory);
            Events = new(Memory, Turn, partitioning, prefetcher: null);
            Payloads = new(Memory, Turn);
            Vectors = new(Memory, Turn);
            var computations = new AgentComputations<double>(
                Memory, Turn, Vectors, Events, evaluator, Simulator.OraclesOf<double>(Plan), new WorkBudget(),
                jitters: null, hasEvents: true);
            Stations = new(Memory, Turn, Events, Payloads, computations);
            Exchange = new(Memory, Events, Payloads);
            Blocks = new(Memory, Events, Payloads);
            Image = new(Memory, Turn, Payloads, computations, Stations, cards: null, recollections: null);
        }

        public PartitionMemory<double> Memory { get; }

        public AgentTurn<double> Turn { get; }

        public PendingEvents<double> Events { get; }

        public MessagePayloads<double> Payloads { get; }

        public AgentVectors<double> Vectors { get; }

        public Stations<double> Stations { get; }

        public Exchange<double> Exchange { get; }

        public EventBlocks<double> Blocks { get; }

        public PartitionImage<double> Image { get; }
    }

    readonly record struct Note(int Number);

    [Method("office", Needs = Needs.Workers)]
    sealed class Office : Method
    {
        public static readonly MessageKind<Note> Letter = new("letter", Dim.Of(Dimension), Dim.Of(Dimension));

        readonly Agent _clerk = new(new Constant(new() { Value = 2 }));

        /// <summary>The clerk's vector.</summary>
        public Vector X => _clerk.X;

        public override void Declare(Layout layout)
        {
            layout.Messages(Letter);
            layout.Role("clerk", Count.One, _clerk);
            layout.Role("person", Count.PerWorker, new Agent(null));
        }

        struct State;

        sealed class Agent(Law? service) : RoleProgram<State>
        {
            public Vector X { get; private set; }

            public override void Declare(RoleLayout role)
            {
                X = role.Vector("x", Dim.Of(Dimension));
                role.ServiceTime = service;
            }
        }
    }
}
