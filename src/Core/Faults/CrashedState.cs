namespace AsyncOpt.Core.Faults;

/// <summary>What becomes of the state of agents that go down.</summary>
public enum CrashedState
{
    /// <summary>They come back with it.</summary>
    Kept,

    /// <summary>They come back as they were at the start: state, vectors, tables and what they held are lost.</summary>
    Lost,
}
