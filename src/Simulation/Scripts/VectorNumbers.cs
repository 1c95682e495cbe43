using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>The vectors that a message carries, in order, by their numbers among the role's.</summary>
readonly record struct VectorNumbers
{
    readonly int _first, _second, _third, _fourth;

    /// <summary>Those of a message.</summary>
    /// <param name="numbers">Up to <see cref="MessageKind.VectorsMax"/> numbers.</param>
    public VectorNumbers(params ReadOnlySpan<int> numbers)
    {
        Count = numbers.Length;
        _first = Count > 0 ? numbers[0] : 0;
        _second = Count > 1 ? numbers[1] : 0;
        _third = Count > 2 ? numbers[2] : 0;
        _fourth = Count > 3 ? numbers[3] : 0;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The number of the i-th.</summary>
    public int this[int i] => i switch
    {
        0 => _first,
        1 => _second,
        2 => _third,
        _ => _fourth,
    };

    /// <summary>Whether a vector is among them.</summary>
    public bool Contains(int vector)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i] == vector)
                return true;
        }
        return false;
    }
}
