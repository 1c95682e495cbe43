using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>A slot in which all agents hold one snapshot of a server.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Origin">What it rested on when it came.</param>
readonly record struct HeldSlot(Slot Slot, int Snapshot, Origin Origin)
{
    /// <summary>Whether an operand is the slot.</summary>
    public bool Is(Operand x) => x.Kind == OperandKind.Slot && x.Index == Slot.Index;
}
