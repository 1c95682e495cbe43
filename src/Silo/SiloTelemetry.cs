using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AsyncOpt.Silo;

/// <summary>Sends traces and metrics to a collector, as long as the silo lives.</summary>
sealed class SiloTelemetry : IHostedService, IDisposable
{
    // How long a collector may take for what it is sent, and for the rest when the silo stops.
    const int SendMilliseconds = 30_000;

    readonly CollectorWatch _watch;
    readonly TracerProvider _traces;
    readonly MeterProvider _metrics;

    /// <param name="options">Where to.</param>
    /// <param name="log">Where it is said that a collector does not take it.</param>
    public SiloTelemetry(SiloOptions options, ILogger log)
    {
        var collector = new Uri(options.Telemetry!);
        _watch = new CollectorWatch(collector, log);
        var resource = ResourceBuilder.CreateDefault()
            .AddService("asyncopt-silo", "asyncopt", Reporting.Code.Version(typeof(SiloTelemetry).Assembly))
            .AddAttributes([new("asyncopt.cluster", options.Cluster), new("asyncopt.silo.port", options.SiloPort)]);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new RunSampler()))
            .AddSource("AsyncOpt.*", "Microsoft.Orleans.*")
            .AddOtlpExporter(To)
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("AsyncOpt.*", "Microsoft.Orleans")
            .AddOtlpExporter(To)
            .Build();

        void To(OtlpExporterOptions exporter) =>
            (exporter.Endpoint, exporter.TimeoutMilliseconds) = (collector, SendMilliseconds);
    }

    /// <summary>Adds it where an endpoint is set; else nothing listens, and nothing is propagated.</summary>
    public static void Add(ISiloBuilder silo, SiloOptions options)
    {
        if (options.Telemetry is null)
            return;
        silo.AddActivityPropagation();
        silo.Services.AddSingleton<IHostedService>(
            services => new SiloTelemetry(options, services.GetRequiredService<ILogger<SiloTelemetry>>()));
    }

    /// <summary>Whether a text is an address that can be sent to.</summary>
    public static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Metrics are sent once a minute: an address that is wrong is told of at once, without a wait for it.
        _ = Task.Run(() => _metrics.ForceFlush(SendMilliseconds), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Shutdown(SendMilliseconds);
        _metrics.Shutdown(SendMilliseconds);
        _traces.Dispose();
        _metrics.Dispose();
        _watch.Dispose();
    }

    /// <summary>Traces are those of runs; what silos tell each other between them is none.</summary>
    sealed class RunSampler : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Name == Grains.Telemetry.Run);
    }
}
