namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A running stream of random numbers for set-up code (graphs, synthetic data, shuffles), where numbers are taken one
/// after the other. Words 4k to 4k + 3 of the stream are words 0 to 3 of <c>Draw(seed, purpose, id, k)</c>; so a
/// purpose and id that serve a sequence serve no single draws.
/// A mutable struct: pass it by <c>ref</c>, a copy repeats the same numbers.
/// </summary>
/// <param name="seed">The seed of that part of the run.</param>
/// <param name="purpose">What the numbers are for.</param>
/// <param name="id">Whose stream it is, below 2^56.</param>
public struct DrawSequence(ulong seed, Purpose purpose, ulong id = 0)
{
    readonly ulong _seed = seed;
    readonly Purpose _purpose = purpose;
    readonly ulong _id = id;
    ulong _block;
    int _left;
    uint _r0, _r1, _r2, _r3;
    double _spare;
    bool _hasSpare;

    /// <summary>The next 32 random bits.</summary>
    public uint Next()
    {
        if (_left == 0)
        {
            new Draw(_seed, _purpose, _id, _block++).Block(0, out _r0, out _r1, out _r2, out _r3);
            _left = 4;
        }
        return _left-- switch { 4 => _r0, 3 => _r1, 2 => _r2, _ => _r3 };
    }

    /// <summary>The next number between 0 and 1, never either; takes two words.</summary>
    public double Uniform()
    {
        var low = Next();
        return Draw.ToUniform(low, Next());
    }

    /// <summary>The next exponential number of mean 1; takes two words.</summary>
    public double Exponential() => -ExactMath.Log(Uniform());

    /// <summary>The next normal number (mean 0, variance 1); takes four words every second time.</summary>
    public double Normal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }
        var (r0, r1) = (Next(), Next());
        var (r2, r3) = (Next(), Next());
        Draw.ToNormals(r0, r1, r2, r3, out var even, out _spare);
        _hasSpare = true;
        return even;
    }

    /// <summary>
    /// Uniform over 0, ..., n - 1, without bias (see <see cref="Draw.Below"/>); takes one word or more.
    /// </summary>
    /// <param name="n">The number of values, at least 1.</param>
    public int Below(int n)
    {
        var product = (ulong)Next() * (uint)n;
        if ((uint)product < (uint)n)
        {
            var threshold = (uint)-n % (uint)n;
            while ((uint)product < threshold)
                product = (ulong)Next() * (uint)n;
        }
        return (int)(product >> 32);
    }

    /// <summary>Puts the items in random order, all orders equally likely (Fisher and Yates).</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="items">The items, reordered in place.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
