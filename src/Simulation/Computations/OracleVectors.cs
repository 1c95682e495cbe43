namespace AsyncOpt.Simulation.Computations;

/// <summary>The vectors of one evaluation: frozen inputs, and where the results go.</summary>
readonly ref struct OracleVectors<T>
    where T : unmanaged
{
    public ReadOnlySpan<T> Input { get; init; }

    public ReadOnlySpan<T> Input1 { get; init; }

    public ReadOnlySpan<T> Input2 { get; init; }

    public Span<T> Output { get; init; }

    public Span<T> Output1 { get; init; }

    public Span<T> Output2 { get; init; }
}
