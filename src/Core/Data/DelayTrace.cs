namespace AsyncOpt.Core.Data;

/// <summary>One delay of a trace.</summary>
/// <param name="From">The sender's name in the file; none where the trace is of all links.</param>
/// <param name="To">The receiver's name.</param>
/// <param name="Time">When, in the file's unit; 0 where the file has no times.</param>
/// <param name="Delay">The delay, in the file's unit, at least 0.</param>
/// <param name="Line">Its line in the file, from 1.</param>
readonly record struct DelayTrace(string From, string To, double Time, double Delay, long Line);
