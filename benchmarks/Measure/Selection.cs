namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Which part of the benchmarks was measured.</summary>
/// <param name="Rows">The names of the rows.</param>
/// <param name="IsShort">Whether only the short selection was taken.</param>
/// <param name="Only">A text that what is measured must contain; null for everything.</param>
sealed record Selection(IReadOnlyList<string> Rows, bool IsShort, string? Only = null)
{
    /// <summary>Whether something belongs to it.</summary>
    /// <param name="row">The row's name.</param>
    /// <param name="what">What is measured.</param>
    /// <param name="isShort">Whether the short selection has it.</param>
    public bool Holds(string row, string what, bool isShort) =>
        Rows.Contains(row)
        && (Only is null || what.Contains(Only, StringComparison.OrdinalIgnoreCase))
        && (isShort || !IsShort);
}
