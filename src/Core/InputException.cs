namespace AsyncOpt.Core;

/// <summary>
/// An error in what the user gave: an experiment file, a data file, an option. The message names the place, the cause
/// and the remedy, and is shown without a stack trace.
/// </summary>
public class InputException(string message, Exception? inner = null) : Exception(message, inner);
