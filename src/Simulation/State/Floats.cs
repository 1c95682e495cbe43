using System.Runtime.InteropServices;

namespace AsyncOpt.Simulation.State;

/// <summary>Conversions between the run's float width and float64.</summary>
static class Floats
{
    public static void FromDouble<T>(ReadOnlySpan<double> source, Span<T> target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            source.CopyTo(MemoryMarshal.Cast<T, double>(target));
            return;
        }
        var floats = MemoryMarshal.Cast<T, float>(target);
        for (var i = 0; i < source.Length; i++)
            floats[i] = (float)source[i];
    }

    public static void ToDouble<T>(ReadOnlySpan<T> source, Span<double> target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            MemoryMarshal.Cast<T, double>(source).CopyTo(target);
            return;
        }
        var floats = MemoryMarshal.Cast<T, float>(source);
        for (var i = 0; i < floats.Length; i++)
            target[i] = floats[i];
    }
}
