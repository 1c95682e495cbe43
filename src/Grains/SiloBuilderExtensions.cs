using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains;

/// <summary>Adds AsyncOpt to a silo.</summary>
public static class SiloBuilderExtensions
{
    /// <summary>Adds the grains of AsyncOpt and what they need.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Sets options; null keeps the defaults.</param>
    public static ISiloBuilder AddAsyncOpt(this ISiloBuilder silo, Action<GrainsOptions>? configure = null)
    {
        silo.Services.AddOptions<GrainsOptions>().ValidateOnStart();
        silo.Services.AddSingleton<IValidateOptions<GrainsOptions>, GrainsOptionsValidator>();
        if (configure is not null)
            silo.Services.Configure(configure);
        return silo;
    }
}
