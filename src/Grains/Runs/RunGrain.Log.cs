using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.Logging;

namespace AsyncOpt.Grains.Runs;

sealed partial class RunGrain
{
    [LoggerMessage(1, LogLevel.Information, "Run {Run} submitted: {Name}, arm {Arm}, repetition {Repetition}, {Mode}")]
    partial void LogSubmitted(string run, string name, string arm, int repetition, RunMode mode);

    [LoggerMessage(
        2, LogLevel.Information, "Run {Run} is begun again, attempt {Attempt}: its silo was lost or stopped")]
    partial void LogResumed(string run, int attempt);

    [LoggerMessage(3, LogLevel.Information, "Run {Run} {State}: {Reason}")]
    partial void LogEnded(string run, RunState state, string reason);

    [LoggerMessage(4, LogLevel.Information, "Run {Run} is left to another silo, as this one stops")]
    partial void LogHandedOver(string run);

    [LoggerMessage(5, LogLevel.Error, "Run {Run} failed by an internal error; it is not begun again")]
    partial void LogBroken(Exception e, string run);

    [LoggerMessage(
        6, LogLevel.Warning, "Run {Run} was begun anew elsewhere; what attempt {Attempt} came to is dropped")]
    partial void LogOvertaken(string run, int attempt);

    [LoggerMessage(
        7, LogLevel.Error, "Run {Run} cannot be kept in the store; if it is there, it is begun again: {Cause}")]
    partial void LogUnkept(Exception? e, string run, string cause);

    [LoggerMessage(8, LogLevel.Debug, "The directory did not hear of run {Run}; it asks within a while")]
    partial void LogUntold(Exception e, string run);
}
