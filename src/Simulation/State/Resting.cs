using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.State;

/// <summary>
/// Long results lie nowhere between the handlers that use them: no run's hash contains them, nor does a state's,
/// whether or not a host keeps them.
/// </summary>
static class Resting
{
    /// <summary>Results of so many bytes rest: about a huge page. Shorter ones are kept, as there is little to gain.
    /// </summary>
    public const long BytesLeast = 2 << 20;

    /// <summary>Whether a vector rests between handlers.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="bytesLeast">From how many bytes on results do.</param>
    public static unsafe bool Rests<T>(VectorLayout vector, long bytesLeast = BytesLeast)
        where T : unmanaged => vector.IsResult && (long)vector.Dimension * sizeof(T) >= bytesLeast;
}
