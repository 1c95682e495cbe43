namespace AsyncOpt.Benchmarks.Measure;

/// <summary>One line of a report: our rate beside that of a reference, in units of work per second.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">The unit of work, for instance <c>events</c>.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="Ours">Our rate.</param>
sealed record Ratio(string What, string Unit, string Reference, Sample Ours)
{
    /// <summary>The row it belongs to, a name of <see cref="Selection"/>.</summary>
    public string Row { get; init; } = "";

    /// <summary>Whether the short selection has it.</summary>
    public bool IsShort { get; init; }

    /// <summary>The reference's rate; null where it could not run.</summary>
    public Sample? Theirs { get; init; }

    /// <summary>Ours / theirs within a turn; null where the reference could not run.</summary>
    public Sample? Value { get; init; }

    /// <summary>What else is known of ours, of its last turn; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>Why the reference could not run.</summary>
    public string? Missing { get; init; }

    /// <summary>What the reference ran on: libraries and their versions; null for what is no program of its own.</summary>
    public string? Ran { get; init; }

    /// <summary>Why the reference was slower than it should be, so that the ratio says nothing; null where it was not.</summary>
    public string? Handicap { get; init; }

    /// <summary>What the ratio must reach; null where there is no such claim.</summary>
    public double? MustReach { get; init; }
}
