namespace AsyncOpt.Benchmarks.Loops;

/// <summary>The cheapest generator that is good enough for a reference loop: splitmix64, one stream.</summary>
struct FastDraws(ulong seed)
{
    ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in (0, 1].</summary>
    public double Uniform() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>Uniform among 0 .. n-1, up to a bias of n / 2^32.</summary>
    public int Below(int n) => (int)(((Next() >> 32) * (ulong)n) >> 32);
}
