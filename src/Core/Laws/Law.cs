#pragma warning disable CS1591
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

public abstract class Law
{
    public abstract double Floor { get; }

    public abstract double Mean { get; }

    public abstract double Sample(in Draw draw);
}
