using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Agents;

/// <summary>What a message carries where one snapshot is not all.</summary>
struct MessageRecord
{
    /// <summary>Numbers of snapshots, -1 for none.</summary>
    public int Vector;
    public int Vector1;
    public int Vector2;
    public int Vector3;
    public MessageBody Body;

    [UnscopedRef]
    public Span<int> Vectors => MemoryMarshal.CreateSpan(ref Vector, MessageKind.VectorsMax);
}
