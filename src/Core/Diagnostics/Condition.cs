namespace AsyncOpt.Core.Diagnostics;

/// <summary>Something that a prediction rests on, and whether it is so in a run.</summary>
/// <param name="Text">What should be so: a clause.</param>
/// <param name="IsMet">Whether it is so; null where that is not checked.</param>
/// <param name="Why">What was looked at, or why nothing was.</param>
public sealed record Condition(string Text, bool? IsMet, string Why)
{
    /// <summary>The same as a line: <c>met: TEXT (WHY)</c>, <c>NOT met: ...</c> or <c>not checked: ...</c>.</summary>
    public override string ToString() =>
        $"{(IsMet is { } met ? met ? "met" : "NOT met" : "not checked")}: {Text} ({Why})";
}
