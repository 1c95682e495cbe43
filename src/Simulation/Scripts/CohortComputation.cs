using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>A computation that every agent of a cohort asks for where it is.</summary>
/// <param name="Oracle">What to compute.</param>
/// <param name="Batch">Samples per batch; 0 for all of the place.</param>
/// <param name="Steps">Steps of local training.</param>
/// <param name="RateStep">Which step of the rates the first one is.</param>
/// <param name="OptimizerStep">How many steps the optimizer's state has made before.</param>
sealed record CohortComputation(Oracle Oracle, int Batch, int Steps, long RateStep, long OptimizerStep)
{
    /// <summary>The number of the key of the place; null for the agent's own key.</summary>
    public long? KeyNumber { get; init; }

    public Operand Input { get; init; }

    public Operand Input1 { get; init; }

    public Operand Input2 { get; init; }

    public Vector Output { get; init; }

    public Vector Output1 { get; init; }

    public Vector Output2 { get; init; }

    /// <summary>What the first input rests on.</summary>
    public Origin Origin { get; init; }

    /// <summary>The vector that the first input is; -1 where it is none.</summary>
    public int Vector => Input.Kind == OperandKind.Vector ? Input.Index : -1;

    /// <summary>Whether an input is a slot.</summary>
    public bool ReadsSlot => Input.Kind == OperandKind.Slot || Input1.Kind == OperandKind.Slot
        || Input2.Kind == OperandKind.Slot;

    /// <summary>Whether its results go to a vector.</summary>
    public bool Writes(int vector) => Output.Index == vector || Output1.Index == vector || Output2.Index == vector;

    /// <summary>The request of one of them.</summary>
    public Computation Request => new(Oracle, Batch)
    {
        Steps = Steps,
        RateStep = RateStep,
        OptimizerStep = OptimizerStep,
        Key = KeyNumber is { } number ? BatchKey.OfPlace(number) : null,
        Input = Input,
        Input1 = Input1,
        Input2 = Input2,
        Output = Output,
        Output1 = Output1,
        Output2 = Output2,
    };
}
