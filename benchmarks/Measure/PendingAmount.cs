namespace AsyncOpt.Benchmarks.Measure;

/// <summary>An amount that is still to be measured.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Unit">For instance <c>B / agent</c>.</param>
/// <param name="Value">Measures it.</param>
sealed record PendingAmount(string What, string Unit, Func<double> Value)
{
    /// <summary>Whether the short selection has it.</summary>
    public bool IsShort { get; init; }

    /// <summary>Whether it is what events allocate in the steady state.</summary>
    public bool IsAllocation { get; init; }

    /// <summary>The bound, if there is one.</summary>
    public double? AtMost { get; init; }

    /// <summary>Measures.</summary>
    public Amount Run() => new(What, Unit, Value()) { IsShort = IsShort, IsAllocation = IsAllocation, AtMost = AtMost };
}
