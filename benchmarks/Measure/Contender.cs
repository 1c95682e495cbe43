namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Something that does the work of a row: measured once per call.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Rate">Does the work once; returns units of work per second of wall time, set-up left out.</param>
sealed record Contender(string Name, Func<double> Rate)
{
    /// <summary>Why it cannot run here; null where it can.</summary>
    public string? Missing { get; init; }

    /// <summary>What it runs on, found out, where that is not this program: libraries and their versions.</summary>
    public string? Ran { get; init; }

    /// <summary>What else is known of the last time that it ran.</summary>
    public Func<string>? Detail { get; init; }

    /// <summary>Why it is slower here than it should be, so that no ratio counts as reached; null where it is not.</summary>
    public string? Handicap { get; init; }

    /// <summary>The ratio ours / this must reach; null where the row has no such claim.</summary>
    public double? MustReach { get; init; }

    /// <summary>Whether it warms up by itself, as a process of its own does: then it is not run in vain.</summary>
    public bool WarmsUp { get; init; }

    /// <summary>The same code on less, to be run in vain where the whole takes long; null for the whole.</summary>
    public Func<double>? Small { get; init; }
}
