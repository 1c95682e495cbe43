using System.Text.Json.Nodes;

namespace AsyncOpt.Experiments.Specification;

/// <summary>A value that was read and found good.</summary>
/// <param name="Make">Makes it; called again, makes it anew.</param>
/// <param name="Json">How it is written with every default filled in.</param>
sealed record Bound(Func<object?> Make, JsonNode? Json)
{
    /// <summary>A value that cannot change, or that all may share.</summary>
    public static Bound Of(object? value, JsonNode? json) => new(() => value, json);
}
