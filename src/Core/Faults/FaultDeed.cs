namespace AsyncOpt.Core.Faults;

/// <summary>What a fault does when it fires.</summary>
public enum FaultDeed
{
    /// <summary>A message or a move is lost.</summary>
    Dropped,

    /// <summary>A message comes twice.</summary>
    Duplicated,

    /// <summary>A message or a move takes longer.</summary>
    Delayed,

    /// <summary>A message or a move is held until a time.</summary>
    Held,

    /// <summary>The vectors of a message arrive changed.</summary>
    Corrupted,

    /// <summary>A message carries the vectors of an earlier one.</summary>
    Repeated,

    /// <summary>A timer takes another time than it was set to.</summary>
    Mistimed,

    /// <summary>An agent goes down.</summary>
    Down,

    /// <summary>A token waits at a node that is down.</summary>
    AtDoor,
}
