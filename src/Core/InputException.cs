namespace AsyncOpt.Core;

/// <summary>
/// An error in what the user gave: an experiment file, a data file, an option.
/// The message names place, cause and remedy; it is shown without a stack trace.
/// </summary>
/// <param name="message">Where, what was expected, what came, what to do.</param>
/// <param name="inner">The exception behind it, if any.</param>
public sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
