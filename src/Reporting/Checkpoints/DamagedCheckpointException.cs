using AsyncOpt.Core;

namespace AsyncOpt.Reporting.Checkpoints;

/// <summary>A file is no checkpoint as it was written.</summary>
/// <param name="path">The file.</param>
/// <param name="damage">What is wrong with it, as in <c>is damaged</c>.</param>
/// <param name="inner">What told it.</param>
public sealed class DamagedCheckpointException(string path, string damage, Exception? inner = null)
    : InputException($"{path}: {damage}", inner);
