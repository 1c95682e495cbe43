namespace AsyncOpt.Reporting.Gateway;

/// <summary>How a cluster runs a plan.</summary>
public enum RunMode
{
    /// <summary>In virtual time, partition by partition: the same bits as in one process.</summary>
    Virtual,

    /// <summary>Every agent is a grain, in real time.</summary>
    Live,
}
