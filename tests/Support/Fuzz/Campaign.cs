using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AsyncOpt.Tests.Fuzz;

/// <summary>
/// Mutants one after the other. A test takes few, always the same; <c>ASYNCOPT_FUZZ=SECONDS</c> makes each test take as
/// many as it can in that time, and <c>ASYNCOPT_FUZZ=SECONDS:SEED</c> others than those.
/// </summary>
public static class Campaign
{
    // No mutant is so large, nor asks for so much, that reading it may take more.
    const long BytesMax = 1L << 29;

    const int ShownMax = 3_000;

    // What takes so long is told of: the test would else hang without a word.
    static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Lets something read mutants: whatever it throws fails the test, and so does memory that no mutant explains.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="mutant">Makes one.</param>
    /// <param name="read">Reads it, and holds what comes of it to what must hold.</param>
    public static void Run(int count, Func<Mutator, byte[]> mutant, Action<byte[]> read) => Run(count, mutant, bytes =>
    {
        read(bytes);
        return false;
    });

    /// <summary>The same where a mutant may ask for memory: only of those that are refused none is taken.</summary>
    /// <param name="count">How many.</param>
    /// <param name="mutant">Makes one.</param>
    /// <param name="read">Reads it; returns whether it is read, and not refused.</param>
    public static void Run(int count, Func<Mutator, byte[]> mutant, Func<byte[], bool> read)
    {
        foreach (var number in Numbers(count))
        {
            var bytes = mutant(new Mutator(number));
            using var hang = new Timer(_ => Tell($"mutant {number} takes long: {Shown(bytes)}"), null, Long, Timeout.InfiniteTimeSpan);
            var before = GC.GetAllocatedBytesForCurrentThread();
            bool isRead;
            try
            {
                isRead = read(bytes);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"mutant {number}: {e.Message}\n{Shown(bytes)}", e);
            }
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(isRead || taken <= BytesMax, $"mutant {number} takes {taken} bytes: {Shown(bytes)}");
        }
    }

    // The runner keeps what goes to the console until a test ends, and one that hangs does not.
    static void Tell(string line)
    {
        using var error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    /// <summary>The numbers of the mutants: so many, or as many as there is time for.</summary>
    /// <param name="count">How many where nothing is said.</param>
    public static IEnumerable<int> Numbers(int count)
    {
        if (Environment.GetEnvironmentVariable("ASYNCOPT_FUZZ") is not { Length: > 0 } asked)
        {
            for (var number = 0; number < count; number++)
                yield return number;
            yield break;
        }
        var (seconds, seed) = asked.Split(':') is [var time, var other] ? (time, other) : (asked, "0");
        var clock = Stopwatch.StartNew();
        for (var number = int.Parse(seed, CultureInfo.InvariantCulture) * 1_000_000;
            clock.Elapsed.TotalSeconds < double.Parse(seconds, CultureInfo.InvariantCulture); number++)
            yield return number;
    }

    /// <summary>A mutant as it is shown where a test fails: as text where it is one, else in base64.</summary>
    public static string Shown(byte[] bytes)
    {
        var cut = bytes[..Math.Min(bytes.Length, ShownMax)];
        var text = Encoding.UTF8.GetString(cut);
        return $"{bytes.Length} bytes: "
            + (text.Any(c => c is '\uFFFD' or '\0') ? Convert.ToBase64String(cut) : text)
            + (cut.Length < bytes.Length ? "..." : "");
    }
}
