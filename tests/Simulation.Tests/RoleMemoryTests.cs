using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Nodes of gossip: a core, a state, a slot and two vectors each.</summary>
public sealed unsafe class RoleMemoryTests : IDisposable
{
    const int Agents = 7;

    readonly Arena _arena = new();
    readonly RoleMemory<double> _byAgent;
    readonly RoleMemory<double> _byField;

    public RoleMemoryTests()
    {
        var method = new AdPsgd(new() { Step = ConstantSchedule.Of(0.1) });
        var plan = Plans.Of(method, Agents, 1, new Constant(new() { Value = 1 }), new Dripper.Whole(22, Agents)) with
        {
            Topology = Topology.Complete("complete", Agents),
        };
        var role = Simulator.LayOut(plan).Roles[0];
        _byAgent = new RoleMemory<double>(role, _arena, isByAgent: true, isExposed: false);
        _byField = new RoleMemory<double>(role, _arena, isByAgent: false, isExposed: false);
    }

    public void Dispose()
    {
        _byAgent.Dispose();
        _byField.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Partitions_that_are_made_side_by_side_let_vectors_move_once()
    {
        var method = new MinibatchSgd(new() { Step = ConstantSchedule.Of(0.1) });
        var plan = Plans.Of(method, Agents, 1, new Constant(new() { Value = 1 }), new Dripper.Whole(22, Agents));
        var role = Simulator.LayOut(plan).Roles.Single(r => r.Count == Count.PerWorker);
        using var together = new Barrier(2);
        for (var trial = 0; trial < 300; trial++)
        {
            using var memory = new RoleMemory<double>(role, _arena, isByAgent: false, isExposed: false)
            {
                RestingLeast = 0,
            };
            void Ask()
            {
                together.SignalAndWait();
                memory.LetMove(0);
            }
            var other = new Thread(Ask);
            other.Start();
            Ask();
            other.Join();

            for (var i = 0; i < Agents; i++)
                Assert.True(memory.IsAtRest(0, i), $"trial {trial}, agent {i}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_of_an_agent_lies_where_something_else_does(bool isByAgent)
    {
        var role = isByAgent ? _byAgent : _byField;

        Fill(role);

        var seen = new List<byte>();
        foreach (var bytes in All(role))
            seen.Add(Assert.Single(bytes.Distinct()));
        // Each was filled with a number of its own, and has it still.
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => (byte)i), seen);
    }

    [Fact]
    public void By_agent_vectors_begin_lines_and_all_of_an_agent_lies_within_its_block()
    {
        var (first, second) = ((nint)_byAgent.Core(0), (nint)_byAgent.Core(1));

        Assert.Equal(22, _byAgent.Dimensions[0]);
        for (var v = 0; v < _byAgent.Dimensions.Length; v++)
        {
            Assert.Equal(0, (nint)_byAgent.Vector(v, 1) % 64);
            Assert.InRange((nint)(_byAgent.Vector(v, 0) + 22), first, second);
        }
        Assert.InRange((nint)_byAgent.Slot(0, 0), first, second);
        Assert.InRange((nint)_byAgent.Sharing(1, 0), first, second);
        Assert.InRange((nint)_byAgent.State(0), first, second);
    }

    [Fact]
    public void What_is_saved_of_some_agents_is_the_same_however_they_lie()
    {
        Fill(_byAgent);
        Fill(_byField);
        var some = new AgentRange(2, 6);

        var saved = Saved(_byAgent, some);

        Assert.Equal(Saved(_byField, some), saved);
        using var from = new MemoryStream(saved);
        for (var i = some.First; i < some.End; i++)
            new Span<double>(_byAgent.Vector(1, i), 22).Clear();
        foreach (var bytes in _byAgent.RawMemory(some))
            bytes.Load(from);
        Assert.Equal(Saved(_byField, some), Saved(_byAgent, some));
    }

    static byte[] Saved(RoleMemory<double> role, AgentRange agents)
    {
        using var to = new MemoryStream();
        foreach (var bytes in role.RawMemory(agents))
            bytes.Save(to);
        return to.ToArray();
    }

    static void Fill(RoleMemory<double> role)
    {
        byte next = 1;
        for (var i = 0; i < Agents; i++)
        {
            foreach (var (start, length) in FieldsOf(role, i))
                new Span<byte>((void*)start, length).Fill(next++);
        }
    }

    static IEnumerable<byte[]> All(RoleMemory<double> role) =>
        from i in Enumerable.Range(0, Agents)
        from field in FieldsOf(role, i)
        select Bytes(field);

    static byte[] Bytes((nint Start, int Length) field) => new Span<byte>((void*)field.Start, field.Length).ToArray();

    static List<(nint Start, int Length)> FieldsOf(RoleMemory<double> role, int i) =>
    [
        ((nint)role.Core(i), sizeof(AgentCore)),
        ((nint)role.State(i), role.StateBytes),
        ((nint)role.Slot(0, i), sizeof(SlotRecord)),
        ((nint)role.Sharing(0, i), sizeof(int)),
        ((nint)role.Sharing(1, i), sizeof(int)),
        ((nint)role.Vector(0, i), 22 * sizeof(double)),
        ((nint)role.Vector(1, i), 22 * sizeof(double)),
    ];
}
