using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Simulation.Replay;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>An agent's memory at one moment, for the judge of a run.</summary>
abstract class AgentImage
{
    /// <summary>The agent's number.</summary>
    public abstract int Agent { get; }

    /// <summary>Writes it, to be read by <see cref="Load"/>.</summary>
    public abstract void Write(BinaryWriter to);

    /// <summary>Puts images into a world, whose agents then are as those were.</summary>
    /// <param name="bytes">A number of images, and the images.</param>
    /// <param name="world">The judge's world.</param>
    public static unsafe void Load<T>(Stream bytes, World<T> world)
        where T : unmanaged
    {
        using var from = new BinaryReader(bytes);
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var agent = from.ReadInt32();
            ref var core = ref world.Cores[agent];
            core.Place = from.ReadInt32();
            core.Flags = (AgentFlags)from.ReadByte();
            core.Acted = from.ReadInt64();
            var role = world.RoleOf(agent);
            var index = agent - role.First;
            var door = from.ReadInt32();
            if (role.Doors.Length > 0)
                role.Doors[index] = door;
            from.BaseStream.ReadExactly(new Span<byte>(role.State(index), role.StateBytes));
            for (var v = 0; v < role.Dimensions.Length; v++)
                from.BaseStream.ReadExactly(new Span<byte>(role.Vector(v, index), role.Dimensions[v] * sizeof(T)));
            for (var t = 0; t < role.TableLengths.Length; t++)
                from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(role.Table(t, index)));
        }
    }
}

/// <summary>The image of an agent; its vectors are shared until the agent writes them.</summary>
sealed class AgentImage<T> : AgentImage
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly int _place;
    readonly AgentFlags _flags;
    readonly long _acted;
    readonly int _door;
    readonly byte[] _state;
    readonly T[][] _vectors;
    readonly double[][] _tables;

    AgentImage(LiveAgent<T> agent)
    {
        (Agent, _place, _flags, _acted, _door, _state) =
            (agent.Id, agent.Place, agent.Flags, agent.Acted, agent.Door, [.. agent.State]);
        _vectors = new T[agent.Vectors.Length][];
        for (var v = 0; v < _vectors.Length; v++)
        {
            agent.Vectors[v].IsShared = true;
            _vectors[v] = agent.Vectors[v].Data;
        }
        _tables = [.. agent.Tables.Select(t => (double[])t.Clone())];
    }

    public override int Agent { get; }

    /// <summary>The image of an agent, taken in its turn.</summary>
    public static AgentImage<T> Of(LiveAgent<T> agent) => new(agent);

    public override void Write(BinaryWriter to)
    {
        to.Write(Agent);
        to.Write(_place);
        to.Write((byte)_flags);
        to.Write(_acted);
        to.Write(_door);
        to.Write(_state);
        foreach (var vector in _vectors)
            to.Write(MemoryMarshal.AsBytes<T>(vector));
        foreach (var table in _tables)
            to.Write(MemoryMarshal.AsBytes<double>(table));
    }
}
