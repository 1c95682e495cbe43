using System.Diagnostics;

namespace AsyncOpt.Tests;

/// <summary>How long a test waits: as long as it takes, up to a bound on hangs.</summary>
public static class Patience
{
    /// <summary>The bound in ms, for attributes.</summary>
    public const int LimitMilliseconds = 15 * 60 * 1000;

    /// <summary>
    /// Longer than anything takes on a machine that is busy with other things: what has not come by then never comes.
    /// </summary>
    public static TimeSpan Limit => TimeSpan.FromMilliseconds(LimitMilliseconds);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="isSo">The condition.</param>
    /// <param name="last">What is said where it never does.</param>
    public static async Task Until(Func<Task<bool>> isSo, Func<string> last)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, $"it did not come to pass; last: {last()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
