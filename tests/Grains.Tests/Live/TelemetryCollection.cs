namespace AsyncOpt.Grains.Tests.Live;

/// <summary>Who listens hears every run of the process, so these tests run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "telemetry";
}
