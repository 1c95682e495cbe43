using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// Knows all runs of the cluster and how many go at a time; there is one, key 0. No message of a run passes it.
/// </summary>
[Alias("asyncopt.run-directory")]
interface IRunDirectory : IGrainWithIntegerKey
{
    /// <summary>Whether another run may begin now.</summary>
    [Alias("has-room")]
    Task<bool> HasRoom();

    /// <summary>Begins a run. Its specification was found good.</summary>
    /// <returns>Null where as many run as may run at a time.</returns>
    [Alias("submit")]
    Task<RunStatus?> Submit(RunRequest request);

    /// <summary>All runs, the newest first.</summary>
    [Alias("list")]
    Task<RunStatus[]> List();

    /// <summary>Takes note of where a run stands.</summary>
    [Alias("changed")]
    Task Changed(RunStatus status);

    /// <summary>Takes note that a file that was sent is here, and was asked for now.</summary>
    [Alias("sent")]
    Task Sent(string sha256);

    /// <summary>Sees to it that every run that should be running is: the grain of each is asked. Files that were sent
    /// and that no run needs any more are deleted.</summary>
    [Alias("watch")]
    Task Watch();
}
