using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>A time in which a place is cut off from others, though it is up.</summary>
/// <param name="Place">Which; -1 for the server.</param>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it is over.</param>
public readonly record struct Interruption(int Place, VirtualTime From, VirtualTime Until);
