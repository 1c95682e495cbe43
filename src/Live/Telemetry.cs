using System.Diagnostics;

namespace AsyncOpt.Live;

/// <summary>What live runs show to those who listen; nothing is kept while nobody does.</summary>
static class Telemetry
{
    /// <summary>The name of traces and meters.</summary>
    public const string Name = "AsyncOpt.Live";

    /// <summary>Where spans of sampling instants and of turns come from.</summary>
    public static readonly ActivitySource Source = new(Name, typeof(Telemetry).Assembly.GetName().Version?.ToString(3));
}
