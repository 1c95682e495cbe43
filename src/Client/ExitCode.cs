namespace AsyncOpt.Client;

/// <summary>What <c>asyncopt</c> returns to the shell.</summary>
static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>A run failed, diverged, stalled or was cancelled, or the program itself failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, an experiment file or a data file is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>Repeated runs ended in different hashes, or a replay in other states.</summary>
    public const int HashesDiffer = 3;

    /// <summary>A run did not come to what its experiment expects.</summary>
    public const int NotAsExpected = 4;
}
