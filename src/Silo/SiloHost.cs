using System.Net;
using AsyncOpt.Grains;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Kernels.Gpu;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Silo.Postgres;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Silo;

/// <summary>Puts the host together: silo, gateway, health.</summary>
static class SiloHost
{
    // Building what a request names is work; more requests than these at once are refused.
    const int SubmissionsWaitingMax = 100;

    // One line for each thing that matters. The host's own words of a failed start are left to the command, and what
    // cannot be delivered while a silo stops is told by those who sent it, if it matters.
    static readonly Dictionary<string, string?> Quiet = new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:AsyncOpt"] = "Information",
        ["Logging:LogLevel:Microsoft.Extensions.Hosting"] = "None",
        ["Logging:LogLevel:Orleans"] = "Error",
        ["Logging:LogLevel:Orleans.Messaging"] = "Critical",
        ["Logging:LogLevel:Orleans.Runtime.Messaging"] = "Critical",
        ["Logging:LogLevel:Orleans.Runtime.Silo"] = "Critical",
        ["Logging:LogLevel:Orleans.Runtime.SiloLifecycleSubject"] = "None",
        ["Logging:LogLevel:Orleans.Runtime.MembershipService.SiloHealthMonitor"] = "Error",
    };

    // Those that the host reads, too.
    static IEnumerable<string> Files =>
    [
        "appsettings.json",
        $"appsettings.{Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production}.json",
    ];

    /// <summary>Builds the host of a silo with its gateway.</summary>
    /// <param name="settings">What the command line sets.</param>
    /// <param name="more">What its process adds.</param>
    /// <exception cref="Core.InputException">A file or a variable of the environment is wrong.</exception>
    /// <exception cref="OptionsValidationException">Settings are wrong.</exception>
    public static WebApplication Build(
        IReadOnlyList<KeyValuePair<string, string?>> settings, Action<WebApplicationBuilder>? more = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = Directory.GetCurrentDirectory(),
            Args = Args,
        });
        var options = Add(builder, settings);
        AddGateway(builder, options);
        more?.Invoke(builder);
        var app = builder.Build();
        MapGateway(app);
        return app;
    }

    /// <summary>Builds the host of a silo without a gateway: one of a process that has another with one.</summary>
    /// <param name="settings">What its process sets.</param>
    /// <param name="more">What its process adds.</param>
    /// <exception cref="Core.InputException">A file or a variable of the environment is wrong.</exception>
    /// <exception cref="OptionsValidationException">Settings are wrong.</exception>
    public static IHost BuildWithoutGateway(
        IReadOnlyList<KeyValuePair<string, string?>> settings, Action<IHostApplicationBuilder> more)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = Directory.GetCurrentDirectory(),
            Args = Args,
        });
        Add(builder, settings);
        more(builder);
        return builder.Build();
    }

    // Settings are read once: a file that is broken while the silo runs must not end it.
    static string[] Args => ["--hostBuilder:reloadConfigOnChange=false"];

    // Settings, logs, and the silo itself.
    static SiloOptions Add(IHostApplicationBuilder builder, IReadOnlyList<KeyValuePair<string, string?>> settings)
    {
        var ofFiles = Files.SelectMany(
            name => SettingsFile.Read(Path.Combine(builder.Environment.ContentRootPath, name))).ToList();
        var sources = builder.Configuration.Sources;
        sources.Insert(0, new MemoryConfigurationSource { InitialData = Quiet });
        // Just above the files, as words are written with hyphens there too.
        var above = 1 + sources.ToList().FindLastIndex(s => s is JsonConfigurationSource);
        sources.Insert(above, new MemoryConfigurationSource { InitialData = ofFiles });
        builder.Configuration.AddInMemoryCollection(Settings.OfEnvironment(Environment.GetEnvironmentVariable));
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss "));
        builder.Services.AddSingleton<IHostLifetime, StoppedByItsProgram>();
        var options = AddOptions(builder);
        builder.UseOrleans(silo => AddSilo(silo, builder.Configuration, options));
        return options;
    }

    /// <summary>Ctrl-C is heard by the program, which stops its hosts.</summary>
    sealed class StoppedByItsProgram : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    static SiloOptions AddOptions(IHostApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(Settings.Section);
        IValidateOptions<SiloOptions>[] validators =
            [new AnnotationsValidator<SiloOptions>(), new SiloOptionsValidator()];
        builder.Services.AddOptions<SiloOptions>().Bind(section).ValidateOnStart();
        foreach (var validator in validators)
            builder.Services.AddSingleton(validator);

        // Ports are needed before there are services.
        var options = section.Get<SiloOptions>() ?? new SiloOptions();
        var failures = validators.Select(v => v.Validate(null, options)).SelectMany(r => r.Failures ?? []).ToList();
        return failures.Count == 0
            ? options
            : throw new OptionsValidationException(nameof(SiloOptions), typeof(SiloOptions), failures);
    }

    static void AddSilo(ISiloBuilder silo, IConfiguration configuration, SiloOptions options)
    {
        silo.Services.AddSingleton<IDeviceChooser>(_ => new Devices());
        silo.AddAsyncOpt(grains => configuration.GetSection(Settings.Section).Bind(grains));
        SiloTelemetry.Add(silo, options);
        if (options.NeedsDatabase)
            PostgresSource.Add(silo, options);
        if (options.Clustering == Clustering.PostgreSql)
            return;
        var primary = options.PrimaryPort is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null;
        // The gateway over HTTP is the only door: there is none for clients of Orleans.
        silo.UseLocalhostClustering(options.SiloPort, 0, primary, options.Cluster, options.Cluster);
    }

    static void AddGateway(WebApplicationBuilder builder, SiloOptions options)
    {
        builder.WebHost.UseUrls(options.Http);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.BodyBytesMax;
        });
        // A page in a browser of this machine must not reach the gateway under a name of its own.
        if (SiloOptionsValidator.IsLoopback(options.Http))
            builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        builder.Services.ConfigureHttpJsonOptions(o => GatewayJson.Apply(o.SerializerOptions));
        builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = Refusals.Complete);
        builder.Services.AddOpenApi("v1", o => o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "AsyncOpt";
            document.Info.Description = "Runs on a cluster: submit, follow, cancel, fetch.";
            return Task.CompletedTask;
        }));
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddConcurrencyLimiter(RunRoutes.Submissions, o =>
                (o.PermitLimit, o.QueueLimit) = (Environment.ProcessorCount, SubmissionsWaitingMax));
        });
        builder.Services.AddSingleton<InputRoutes>();
        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("silo", tags: [ReadyCheck.Tag]);
    }

    static void MapGateway(WebApplication app)
    {
        app.UseExceptionHandler(Refusals.Internal);
        app.UseStatusCodePages();
        app.UseRateLimiter();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks(
            "/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains(ReadyCheck.Tag) });
        app.MapOpenApi();
        RunRoutes.Map(app);
        InputRoutes.Map(app);
    }
}
