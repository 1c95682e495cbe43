using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Runs;

/// <summary>What came to nothing for one reason.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many computations or messages.</param>
/// <param name="ComputeSeconds">
/// Virtual seconds of computing: of computations until they were given up; of messages to a server those that their
/// first vector rests on, but for duplicates.
/// </param>
/// <param name="Bytes">Bytes of these messages on the wire; 0 for computations.</param>
public sealed record WasteCount(WasteReason Reason, long Count, double ComputeSeconds, long Bytes);
