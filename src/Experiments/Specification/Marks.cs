namespace AsyncOpt.Experiments.Specification;

/// <summary>A word that may be written for 'no value', for instance <c>auto</c>.</summary>
/// <param name="word">The word.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WordAttribute(string word) : Attribute
{
    /// <summary>The word.</summary>
    public string Word { get; } = word;
}

/// <summary>The default of an option, as it would be written, where it cannot be a value in code.</summary>
/// <param name="text">The text.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WrittenAttribute(string text) : Attribute
{
    /// <summary>The text.</summary>
    public string Text { get; } = text;
}
