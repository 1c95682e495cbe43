#pragma warning disable CS1591
namespace AsyncOpt.Core.Topologies;

public sealed class MixingMatrix;
