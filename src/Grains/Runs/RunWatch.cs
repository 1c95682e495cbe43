using AsyncOpt.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// On every silo: asks again and again that every run that should be running is. So runs go on after the loss of a
/// silo, or of all of them, without anybody asking for them. Copies of files that nobody needs are deleted.
/// </summary>
sealed partial class RunWatch(
    IGrainFactory grains, IServiceProvider services, IOptions<GrainsOptions> options, TimeProvider clock,
    ILogger<RunWatch> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    readonly CancellationTokenSource _stopping = new();
    Task _watching = Task.CompletedTask;
    string? _told;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(RunWatch), ServiceLifecycleStage.RuntimeInitialize, Open);
        lifecycle.Subscribe(nameof(RunWatch), ServiceLifecycleStage.Active, Start, Stop);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    // A folder or plug-in that is wrong keeps the silo from starting, and not its first run.
    Task Open(CancellationToken cancellation)
    {
        services.GetRequiredService<IRunStore>();
        services.GetRequiredService<RunReader>().Open();
        return Task.CompletedTask;
    }

    Task Start(CancellationToken cancellation)
    {
        _watching = Task.Run(Watch, CancellationToken.None);
        return Task.CompletedTask;
    }

    async Task Stop(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        await _watching.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task Watch()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.WatchEvery), clock);
        try
        {
            do
                await Ask();
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    async Task Ask()
    {
        try
        {
            await grains.GetGrain<IRunDirectory>(0).Watch().WaitAsync(_stopping.Token);
            await services.GetRequiredService<WrittenFiles>().CleanUp(_stopping.Token);
            _told = null;
        }
        catch (StorageException e)
        {
            if (_told != e.Message)
                LogUnkept(_told = e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogUnanswered(e);
        }
    }

    [LoggerMessage(30, LogLevel.Debug, "The directory of runs does not answer; it is asked again within a while")]
    partial void LogUnanswered(Exception e);

    [LoggerMessage(31, LogLevel.Warning, "Runs cannot be watched; it is tried again within a while: {Cause}")]
    partial void LogUnkept(string cause);
}
