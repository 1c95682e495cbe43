using System.Diagnostics;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>What live runs show to those who listen; nothing is kept while nobody does.</summary>
static class LiveTelemetry
{
    /// <summary>The name of traces and meters.</summary>
    public const string Name = "AsyncOpt.Live";

    /// <summary>Where spans of sampling instants and of turns come from.</summary>
    public static readonly ActivitySource Source =
        new(Name, typeof(LiveTelemetry).Assembly.GetName().Version?.ToString(3));
}
