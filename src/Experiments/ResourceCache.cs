using System.Collections.Concurrent;

namespace AsyncOpt.Experiments;

/// <summary>
/// What is costly to build and the same for several runs: problems, graphs, matrices. Each is built once, when it is
/// first needed, whoever asks and from whatever thread; a failure is kept and thrown again.
/// </summary>
public sealed class ResourceCache
{
    readonly ConcurrentDictionary<object, Lazy<object>> _built = new();

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
}
