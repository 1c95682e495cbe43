namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// How long a partition spends on computations, for the record. Batches and blocks are timed one by one. Of those that
/// are evaluated alone the first some thousand are, and then one in 64 stands for all: a look at the clock may take as
/// long as a small gradient.
/// </summary>
sealed class ComputationClock
{
    const int Whole = 4096, Every = 64;

    long _ticks;
    int _alone;

    /// <summary>Seconds so far.</summary>
    public double Seconds => WallClock.SecondsOf(_ticks);

    /// <summary>For how many computations the next one's time stands; 0 where it need not be timed.</summary>
    public int NextAlone()
    {
        if (_alone < Whole)
        {
            _alone++;
            return 1;
        }
        _alone = Whole + ((_alone + 1 - Whole) % Every);
        return _alone == Whole ? Every : 0;
    }

    /// <summary>Adds the ticks since an instant, so many times.</summary>
    public void Since(long start, int times = 1) => _ticks += times * (WallClock.Now - start);

    /// <summary>Adds ticks that several threads spent side by side: their mean.</summary>
    public void Add(long ticks, int threads) => _ticks += ticks / threads;
}
