namespace AsyncOpt.Experiments.Specification;

/// <summary>The default of an option, as it would be written, where it cannot be a value in code.</summary>
/// <param name="text">The text.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WrittenAttribute(string text) : Attribute
{
    /// <summary>The text.</summary>
    public string Text { get; } = text;
}
