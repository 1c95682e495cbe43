using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// On every silo: asks again and again that every run that should be running is. So runs go on after the loss of a
/// silo, or of all of them, without anybody asking for them.
/// </summary>
sealed partial class RunWatch(
    IGrainFactory grains, IOptions<GrainsOptions> options, TimeProvider clock, ILogger<RunWatch> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    readonly CancellationTokenSource _stopping = new();
    Task _watching = Task.CompletedTask;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RunWatch), ServiceLifecycleStage.Active, Start, Stop);

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

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
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogUnanswered(e);
        }
    }

    [LoggerMessage(30, LogLevel.Debug, "The directory of runs does not answer; it is asked again within a while")]
    partial void LogUnanswered(Exception e);
}
