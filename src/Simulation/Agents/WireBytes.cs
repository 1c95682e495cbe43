using System.Runtime.CompilerServices;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Bytes of vectors on the wire where codecs and fragments make them others than messages declare.</summary>
static class WireBytes
{
    /// <summary>Bytes of a vector beyond those that its kind of message declares.</summary>
    /// <typeparam name="T">The run's float type.</typeparam>
    /// <param name="role">Whose message it is.</param>
    /// <param name="kind">The kind of message.</param>
    /// <param name="declared">How many coordinates the kind declares.</param>
    /// <param name="dimension">How many coordinates there are.</param>
    /// <param name="bytes">How many bytes these take.</param>
    /// <exception cref="InvalidOperationException">The kind does not allow so many coordinates.</exception>
    public static long Beyond<T>(RoleLayout role, MessageKind kind, int declared, int dimension, int bytes) =>
        dimension == declared || (kind.TakesFragments && dimension < declared)
            ? bytes - ((long)declared * Unsafe.SizeOf<T>())
            : throw new InvalidOperationException(
                $"role '{role.Name}' sends '{kind}' with {dimension} coordinates, and its kind declares "
                + (kind.TakesFragments ? $"at most {declared}" : $"{declared}"));
}
