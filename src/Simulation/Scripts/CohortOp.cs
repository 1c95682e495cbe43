using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>One thing that a handler asks for, and that every agent of a cohort does with its own.</summary>
readonly record struct CohortOp(CohortOpKind Kind)
{
    /// <summary>y: what is written, or sent; of a message of several vectors the first.</summary>
    public int Vector { get; init; }

    /// <summary>Which vector of the messages that are held is mixed.</summary>
    public int Row { get; init; }

    /// <summary>x: what is read.</summary>
    public Operand X { get; init; }

    /// <summary>a.</summary>
    public double Factor { get; init; }

    /// <summary>The iteration whose matrix mixes, the number of a step, or the staleness of an update.</summary>
    public long Number { get; init; }

    public Optimizer? Optimizer { get; init; }

    /// <summary>States of the optimizer; -1 for none.</summary>
    public int State0 { get; init; }

    public int State1 { get; init; }

    public CohortComputation? Computation { get; init; }

    public CohortMessage? Message { get; init; }

    /// <summary>Whether its x is a vector.</summary>
    public bool Reads(int vector) => X.Kind == OperandKind.Vector && X.Index == vector;

    /// <summary>Whether it reads a slot.</summary>
    public bool ReadsSlot => X.Kind == OperandKind.Slot || Computation?.ReadsSlot == true;

    /// <summary>Whether it changes a vector.</summary>
    public bool Writes(int vector) => Kind switch
    {
        CohortOpKind.Compute or CohortOpKind.Send or CohortOpKind.Update => false,
        CohortOpKind.Step => Vector == vector || State0 == vector || State1 == vector,
        _ => Vector == vector,
    };
}
