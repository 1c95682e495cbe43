using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Virtual;
using AsyncOpt.Kernels.Devices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;

namespace AsyncOpt.Grains;

/// <summary>Adds AsyncOpt to a silo.</summary>
public static class SiloBuilderExtensions
{
    /// <summary>Adds the grains of AsyncOpt and what they need.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Sets options; null keeps the defaults.</param>
    public static ISiloBuilder AddAsyncOpt(this ISiloBuilder silo, Action<GrainsOptions>? configure = null)
    {
        var services = silo.Services;
        services.AddOptions<GrainsOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<GrainsOptions>, AnnotationsValidator<GrainsOptions>>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDeviceChooser, NoDevices>(); // the host may have put others there
        services.AddMetrics();
        AddRuns(services);
        services.AddSingleton<LocalMailboxes>();
        services.AddSingleton<IRunExecutor, VirtualRunExecutor>();
        services.AddSingleton<LiveParts>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, LiveStop>();
        services.AddPlacementDirector<AgentPlacement, AgentPlacementDirector>();
        services.AddSingleton<IRunExecutor, LiveRunExecutor>();
        AddNumerics(silo);
        // What the store and the user are told of keeps its type between silos.
        silo.Configure<ExceptionSerializationOptions>(o => o.SupportedNamespacePrefixes.Add("AsyncOpt"));
        silo.Configure<SiloMessagingOptions>(o => o.MaxMessageBodySize = RunLimits.MessageBytesMax);
        return silo;
    }

    static void AddRuns(IServiceCollection services)
    {
        services.TryAddSingleton<IRunStore>(
            s => new FileRunStore(s.GetRequiredService<IOptions<GrainsOptions>>().Value.StoreFolder));
        services.TryAddSingleton<PatientStore>();
        services.TryAddSingleton<SiloData>();
        services.TryAddSingleton<WorkFolder>();
        services.TryAddSingleton<WrittenFiles>();
        services.TryAddSingleton<RunReader>();
        services.TryAddSingleton<RunPlans>();
        services.TryAddSingleton<RunMetrics>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RunWatch>();
    }

    static void AddNumerics(ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(NumericsClass.Here(Precision.Float64)); // a test may have put another one there
        // Options are configured in the order given here: the class is put in just before the metadata are read.
        var metadata = new Dictionary<string, string>();
        silo.Services.AddOptions<SiloMetadata>().Configure<NumericsClass>(
            (_, numerics) => metadata[NumericsGuard.Key] = numerics.ToString());
        silo.UseSiloMetadata(metadata);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, NumericsGuard>();
    }
}
