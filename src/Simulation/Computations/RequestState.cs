namespace AsyncOpt.Simulation.Computations;

enum RequestState : byte
{
    Free,

    /// <summary>A timer, until it fires.</summary>
    Timer,

    /// <summary>A computation whose inputs are frozen and whose result nobody has computed yet.</summary>
    Pending,

    /// <summary>A computation whose result waits in a private buffer.</summary>
    Evaluated,

    /// <summary>A computation that a device has begun, and whose result nobody has fetched yet.</summary>
    Launched,
}
