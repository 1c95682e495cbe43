namespace AsyncOpt.Core.Problems;

/// <summary>A contiguous part of the parameters that belongs together, such as the weights of one layer.</summary>
/// <param name="Name">Its name, for instance <c>hidden 1 weights</c>.</param>
/// <param name="Offset">The rank of its first parameter.</param>
/// <param name="Length">How many parameters it has.</param>
public sealed record ParameterBlock(string Name, int Offset, int Length);
