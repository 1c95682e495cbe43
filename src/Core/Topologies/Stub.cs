#pragma warning disable CS1591
namespace AsyncOpt.Core.Topologies;

public sealed class Topology;

public sealed class MixingMatrix;
