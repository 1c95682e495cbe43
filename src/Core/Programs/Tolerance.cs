namespace AsyncOpt.Core.Programs;

/// <summary>Faults after which a method goes on.</summary>
[Flags]
public enum Tolerance
{
    /// <summary>After none: one lost message, or one agent that does not come back, can stop it for good.</summary>
    None = 0,

    /// <summary>Messages that are lost.</summary>
    Loss = 1,

    /// <summary>Places that go down and do not come back, the server excepted.</summary>
    Crash = 2,

    /// <summary>Both of these.</summary>
    All = Loss | Crash,

    /// <summary>
    /// Places that come back without their state, the server excepted. A method must say so: agents that are at the
    /// start again meet others that are not.
    /// </summary>
    StateLoss = 4,
}
