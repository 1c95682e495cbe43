using AsyncOpt.Kernels;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// Operations of handlers on long vectors: fixed blocks over all threads of a partition, which otherwise wait while a
/// handler runs. An element has the same bits whoever computes it.
/// </summary>
/// <param name="evaluator">Has the threads.</param>
/// <param name="bytesLeast">From how many bytes on vectors move.</param>
sealed unsafe class LongVectors<T>(BatchEvaluator<T> evaluator, long bytesLeast)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Vectors of so many bytes move instead of being copied: they fill a good part of a core's caches.
    /// </summary>
    public const long MovingLeast = 1 << 16;

    // So many times as long, and waking other threads costs less than it saves.
    const int SharedLeast = 16;

    // Elements that a thread takes at a time.
    const int Block = 1 << 14;

    Operation _operation;
    double _a;
    T* _x;
    T* _y;
    T* _z;
    int _length;
    int _next;
    Action<int>? _work;

    /// <summary>Shorter vectors are better left to one thread.</summary>
    public int Least { get; } = (int)Math.Min(int.MaxValue, SharedLeast * bytesLeast / sizeof(T));

    enum Operation
    {
        Copy,
        Scale,
        Axpy,
        Lerp,
    }

    /// <summary>z = x.</summary>
    public void Copy(ReadOnlySpan<T> x, Span<T> z) => Run(Operation.Copy, 0, x, x, z);

    /// <summary>z = a x.</summary>
    public void Scale(double a, ReadOnlySpan<T> x, Span<T> z) => Run(Operation.Scale, a, x, x, z);

    /// <summary>z = y + a x.</summary>
    public void Axpy(double a, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) => Run(Operation.Axpy, a, x, y, z);

    /// <summary>z = y + a (x - y).</summary>
    public void Lerp(double a, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) => Run(Operation.Lerp, a, x, y, z);

    void Run(Operation operation, double a, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
    {
        fixed (T* px = x[..z.Length], py = y[..z.Length], pz = z)
        {
            (_operation, _a, _length, _next) = (operation, a, z.Length, 0);
            _x = px;
            _y = py;
            _z = pz;
            evaluator.Share(_work ??= DoBlocks);
        }
    }

    void DoBlocks(int thread)
    {
        while (true)
        {
            var first = (Interlocked.Increment(ref _next) - 1L) * Block;
            if (first >= _length)
                return;
            var count = (int)Math.Min(Block, _length - first);
            Do(_operation, _a, new(_x + first, count), new(_y + first, count), new(_z + first, count));
        }
    }

    static void Do(Operation operation, double a, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
    {
        switch (operation)
        {
            case Operation.Copy:
                VectorMath<T>.Copy(x, z);
                break;
            case Operation.Scale:
                VectorMath<T>.Scale(a, x, z);
                break;
            case Operation.Axpy:
                VectorMath<T>.Axpy(a, x, y, z);
                break;
            case Operation.Lerp:
                VectorMath<T>.Lerp(a, x, y, z);
                break;
        }
    }
}
