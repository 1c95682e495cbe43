using System.Runtime.CompilerServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Contract.Tests.Replay;

public class AgentStateHashTests
{
    static readonly byte[] AllUsed = [255, 255, 255, 255, 255, 255, 255, 255, 255];
    static readonly double[] Vector = [1, 2, -0.0];

    // Everything that is in a state, each by a number.
    sealed record Content
    {
        public int Place { get; init; } = 3;
        public bool IsStopped { get; init; }
        public bool IsDown { get; init; }
        public uint Computations { get; init; } = 7;
        public uint Timers { get; init; } = 2;
        public uint Draws { get; init; } = 9;
        public uint Compressed { get; init; } = 6;
        public byte[] State { get; init; } = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        public double[] Vector { get; init; } = AgentStateHashTests.Vector;
        public double[] Table { get; init; } = [4];
        public int Slot { get; init; } = 1;
        public long Version { get; init; } = 5;
        public long Birth { get; init; } = 100;
        public long Compute { get; init; } = 20;
        public long Wire { get; init; } = 30;
        public int Set { get; init; }
        public int Neighbour { get; init; } = 2;
        public long Iteration { get; init; } = 1;
        public long RowVersion { get; init; } = 11;
        public ulong[] Body { get; init; } = [17];

        public ulong Hash()
        {
            var hash = new AgentStateHash();
            hash.Agent(Place, IsStopped, IsDown, Computations, Timers, Draws, Compressed);
            hash.State(State, AllUsed);
            hash.Vector<double>(Vector);
            hash.Table(Table);
            hash.Slot<double>(Slot, Vector, Version, Birth, Compute, Wire);
            hash.Row<double>(Set, Neighbour, Iteration, Vector, RowVersion);
            hash.Body(Body);
            return hash.Value;
        }
    }

    [Fact]
    public void Every_part_counts()
    {
        var content = new Content();
        Content[] others =
        [
            content with { Place = 4 }, content with { IsStopped = true }, content with { IsDown = true },
            content with { Computations = 8 }, content with { Timers = 3 }, content with { Draws = 10 },
            content with { Compressed = 7 },
            content with { State = [1, 2, 3, 4, 5, 6, 7, 9, 9] }, content with { State = [1, 2, 3, 4, 5, 6, 7, 8, 8] },
            content with { Vector = [1, 2, 0.0] }, content with { Table = [-4] }, content with { Slot = 0 },
            content with { Version = 6 }, content with { Birth = 101 }, content with { Compute = 21 },
            content with { Wire = 31 }, content with { Set = 1 }, content with { Neighbour = 1 },
            content with { Iteration = 0 }, content with { RowVersion = 12 },
            content with { Body = [18] }, content with { Body = [] },
        ];

        Assert.Equal(content.Hash(), (content with { Place = 3 }).Hash());
        Assert.Equal(others.Length + 1, others.Append(content).Select(c => c.Hash()).Distinct().Count());
    }

    [Fact]
    public void Bytes_that_belong_to_no_field_do_not_count()
    {
        byte[] used = [255, 0, 255];
        ulong Of(params byte[] state)
        {
            var hash = new AgentStateHash();
            hash.State(state, used);
            return hash.Value;
        }

        Assert.Equal(Of(1, 2, 3), Of(1, 77, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 2, 4));
    }

#pragma warning disable CS0649 // Only where their fields lie matters.
    struct Flags
    {
        public long Number;
        public bool A, B;
    }

    struct Nested
    {
        public byte First;
        public Flags Flags;
        public TimerId Timer;
        public Origin Origin;
        public DayOfWeek Enumeration;
    }

    [InlineArray(3)]
    struct Three
    {
        short _element;
    }

    struct Repeated
    {
        public Three Inline;
        public unsafe fixed byte Buffer[5];
        public int Last;
    }

    struct Nothing;
#pragma warning restore CS0649

    [Theory]
    [InlineData(typeof(long), "########")]
    [InlineData(typeof(Flags), "########" + "##......")]
    [InlineData(
        typeof(Nested),
        "#......." + "########" + "##......" + "########" + "########################################" + "####....")]
    [InlineData(typeof(Repeated), "######" + "#####." + "####")]
    [InlineData(typeof(Nothing), ".")]
    public void The_bytes_of_a_struct_that_belong_to_fields_are_known(Type type, string expected) =>
        Assert.Equal(expected, string.Concat(StateBytes.OfType(type).Select(b => b == 255 ? '#' : '.')));
}
