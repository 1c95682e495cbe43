using AsyncOpt.Core;

namespace AsyncOpt.Reporting;

/// <summary>A run folder is not as it was written. The message names the file, what is wrong, and the remedy.</summary>
/// <param name="path">The file.</param>
/// <param name="damage">What is wrong with it, as in <c>is missing</c>.</param>
/// <param name="inner">What told it.</param>
public sealed class DamagedRunException(string path, string damage, Exception? inner = null)
    : InputException($"{path}: {damage}; run the experiment again, and this run is made anew", inner)
{
    /// <summary>File and damage, without the remedy.</summary>
    public string Damage { get; } = $"{path} {damage}";
}
