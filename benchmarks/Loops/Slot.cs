using System.Runtime.InteropServices;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>The one event that an agent waits for, 24 bytes: its gradient, or what it sent until the answer is there.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
struct Slot
{
    /// <summary>When it happens, in ns.</summary>
    public long Time;

    /// <summary>The slot after this one in its bucket; -1 for none.</summary>
    public int Next;

    /// <summary>The other agent.</summary>
    public int Partner;

    /// <summary>What it is; negative where the other agent sent it.</summary>
    public int Kind;

    /// <summary>How many events its sender had sent before.</summary>
    public uint Sequence;

    /// <summary>Who sent it.</summary>
    /// <param name="owner">Whose slot it is.</param>
    public readonly int SenderOf(int owner) => Kind < 0 ? Partner : owner;
}
