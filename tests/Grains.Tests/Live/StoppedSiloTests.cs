using System.Collections.Concurrent;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Tests.Virtual;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>A silo that stops in good order while agents of a live run are on it.</summary>
public class StoppedSiloTests
{
    const int Workers = 1000;

    [Fact]
    public async Task Agents_stop_before_their_silo_and_nobody_calls_them_in_vain()
    {
        var lines = new Lines();
        await using var cluster = await VirtualCluster.Start(
            silos: 2, silo => silo.Services.AddSingleton<ILoggerProvider>(lines));
        var arm = Experiment.Parse(
            $$"""
            workers: {{Workers}}
            problem: { name: quadratic, dimension: 2, heterogeneity: 1, conditioning: 10 }
            method: { name: async-sgd, step: 0.0001 }
            links: { delay: 20ms }
            compute: { per-task: 200ms }
            stop: { updates: 1000000000 }
            sample-every: 1s
            """,
            "many.yaml", AppContext.BaseDirectory).Arms[0];
        await cluster.Submit("stopped", arm, r => r with { Mode = RunMode.Live, TimeFactor = 1 });
        await cluster.Until("stopped", s => s.Last is { Updates: > Workers });
        var leader = cluster.SiloOf(cluster.Run("stopped")).SiloAddress;

        lines.Told.Clear();
        await cluster.Silos.StopSiloAsync(cluster.Silos.Silos.First(s => !s.SiloAddress.Equals(leader)));

        var before = (await cluster.Until("stopped", s => s.Last is not null)).Last!.Updates;
        await cluster.Until("stopped", s => s.IsOver || s.Last!.Updates > before + Workers);
        await cluster.Run("stopped").Cancel();
        var record = await cluster.End("stopped");
        Assert.Equal((Outcome.Cancelled, 1), (record.Outcome, record.Partitions));
        // Some lines for the silo that leaves, and none for each agent or message.
        var most = lines.Told.CountBy(line => line).OrderByDescending(c => c.Value).Take(5);
        Assert.True(lines.Told.Count < Workers / 5, $"{lines.Told.Count} lines: {string.Join('\n', most)}");
    }

    /// <summary>Every warning and error that silos log, by who told it.</summary>
    sealed class Lines : ILoggerProvider
    {
        public ConcurrentBag<string> Told { get; } = [];

        public ILogger CreateLogger(string categoryName) => new OfCategory(this, categoryName);

        public void Dispose()
        {
        }

        sealed class OfCategory(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                    lines.Told.Add($"{category} {logLevel} {eventId.Id}");
            }
        }
    }
}
