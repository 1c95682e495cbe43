namespace AsyncOpt.Experiments.Specification;

/// <summary>Where something was written.</summary>
/// <param name="Source">The file's name, or the override as it was given.</param>
/// <param name="Line">The line, from 1; 0 where the source has no lines.</param>
/// <param name="Column">The column, from 1.</param>
public sealed record Place(string Source, int Line = 0, int Column = 0)
{
    /// <inheritdoc />
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
