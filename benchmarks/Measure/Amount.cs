namespace AsyncOpt.Benchmarks.Measure;

/// <summary>One line of a report: bytes, of memory or allocated; the less the better.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">For instance <c>B / agent</c>.</param>
/// <param name="Value">How much.</param>
sealed record Amount(string What, string Unit, double Value)
{
    /// <summary>The row it belongs to, a name of <see cref="Selection"/>.</summary>
    public string Row { get; init; } = "";

    /// <summary>Whether the short selection has it.</summary>
    public bool IsShort { get; init; }

    /// <summary>
    /// Whether it is what events allocate in the steady state, which has to be nothing at all; otherwise it is memory.
    /// </summary>
    public bool IsAllocation { get; init; }

    /// <summary>The bound, if there is one.</summary>
    public double? AtMost { get; init; }
}
