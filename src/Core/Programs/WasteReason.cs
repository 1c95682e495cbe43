namespace AsyncOpt.Core.Programs;

/// <summary>Why a computation or a message came to nothing.</summary>
public enum WasteReason
{
    /// <summary>A computation was under way when its agent went down.</summary>
    Down,

    /// <summary>A computation was given up by its program, or its agent has stopped.</summary>
    Superseded,

    /// <summary>A message or a move was lost by a fault, for good.</summary>
    Dropped,

    /// <summary>A try of a message or a move was lost that was sent again.</summary>
    Resent,

    /// <summary>A message found no room at a card, or to wait for service.</summary>
    NoRoom,

    /// <summary>A message came to an agent that was down or had stopped.</summary>
    ReceiverDown,

    /// <summary>The receiver refused a message that rests on a version too old for it.</summary>
    Stale,

    /// <summary>The receiver refused a message of a round or a job that was over.</summary>
    Late,

    /// <summary>The receiver refused a message that it had already.</summary>
    Duplicate,
}
