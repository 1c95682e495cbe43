namespace AsyncOpt.Core.Data;

/// <summary>A time during which an agent is up, in the units of its file.</summary>
/// <param name="Agent">The agent's name in the file.</param>
/// <param name="From">When it comes up; null for never.</param>
/// <param name="To">When it goes down; null for never.</param>
/// <param name="Line">The line in the file, from 1.</param>
readonly record struct UpTime(string Agent, double? From, double? To, long Line);
