using System.Collections.Concurrent;
using System.Diagnostics;

namespace AsyncOpt.Experiments;

/// <summary>
/// What is costly to build and the same for several runs: problems, graphs, matrices. Each is built once, when it is
/// first needed, whoever asks and from whatever thread; a failure is kept and thrown again.
/// </summary>
public sealed class ResourceCache
{
    readonly ConcurrentDictionary<object, Lazy<object>> _built = new();
    readonly ConcurrentDictionary<object, double> _seconds = new(ReferenceEqualityComparer.Instance);

    /// <summary>The resource of a key, built if it is the first time.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="key">
    /// All that it depends on, compared by value: canonical text, seeds, and other resources, which are compared by
    /// identity where they have no value.
    /// </param>
    /// <param name="build">Builds it.</param>
    public T Get<T>(object key, Func<T> build)
        where T : class =>
        (T)_built.GetOrAdd((typeof(T), key), _ => new Lazy<object>(build)).Value;

    /// <summary>Builds something, and keeps how long that took.</summary>
    internal T? Timed<T>(Func<T?> build)
        where T : class
    {
        var clock = Stopwatch.StartNew();
        var built = build();
        if (built is not null)
            _seconds[built] = clock.Elapsed.TotalSeconds;
        return built;
    }

    /// <summary>Seconds on the wall that something took to build; 0 where it was not built here.</summary>
    internal double SecondsOf(object? built) => built is null ? 0 : _seconds.GetValueOrDefault(built);

    /// <summary>The same of all things of a kind together.</summary>
    internal double SecondsOfAll(Func<object, bool> isOfKind) => _seconds.Where(s => isOfKind(s.Key)).Sum(s => s.Value);
}
