namespace AsyncOpt.Simulation.Scripts;

enum CohortOpKind : byte
{
    /// <summary>y := W_ii y + the sum of W_ij y_j over the rows held of an iteration, which are released.</summary>
    Mix,

    /// <summary>y := x.</summary>
    Copy,

    /// <summary>y := a in every coordinate.</summary>
    Fill,

    /// <summary>y := a y.</summary>
    Scale,

    /// <summary>y := y + a x.</summary>
    Axpy,

    /// <summary>y := (1 - a) y + a x.</summary>
    Lerp,

    /// <summary>y takes a step of an optimizer along x, at rate a.</summary>
    Step,

    /// <summary>A computation is requested.</summary>
    Compute,

    /// <summary>A message with y goes to every out-neighbour, or to the server.</summary>
    Send,

    /// <summary>An update is recorded.</summary>
    Update,
}
