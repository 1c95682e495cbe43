namespace AsyncOpt.Core.Data;

/// <summary>What happens to what has no place in a record any more, or is of somebody it does not know.</summary>
public enum BeyondRecord
{
    /// <summary>
    /// The record begins again; the run ends with an error where it has nothing of that agent or way.
    /// </summary>
    Cycle,

    /// <summary>The run ends with an error.</summary>
    Error,

    /// <summary>It is drawn as the options say.</summary>
    Law,
}
