namespace AsyncOpt.Core;

/// <summary>
/// An error in what the user gave: an experiment file, a data file, an option. Its message says where (file and line),
/// what is wrong and what to do, and is shown without a stack trace.
/// </summary>
/// <param name="message">Place, cause and remedy.</param>
/// <param name="inner">The exception that revealed it, if any.</param>
public sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
