using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Tests;

/// <summary>Virtual times of tests, short to write.</summary>
public static class Times
{
    /// <summary>So many virtual seconds.</summary>
    public static VirtualTime Seconds(double seconds) => VirtualTime.FromSeconds(seconds);
}
