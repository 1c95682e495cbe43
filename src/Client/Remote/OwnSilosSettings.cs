namespace AsyncOpt.Client.Remote;

/// <summary>How silos in this process are set up.</summary>
/// <param name="Count">How many.</param>
/// <param name="ExperimentsFolder">The folder of the experiment, where known optima are.</param>
/// <param name="DataFolder">The folder of data sets; null for the default.</param>
/// <param name="Plugins">Paths of plug-ins.</param>
/// <param name="Telemetry">The address of an OTLP collector; null for none.</param>
sealed record OwnSilosSettings(
    int Count, string ExperimentsFolder, string? DataFolder, IReadOnlyList<string> Plugins, string? Telemetry);
