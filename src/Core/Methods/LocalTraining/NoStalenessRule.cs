namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>Every update counts the same, however stale.</summary>
[StalenessRule("none")]
public sealed class NoStalenessRule : StalenessRule;
