using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;

namespace AsyncOpt.Core.Runs;

/// <summary>
/// What the bits of a run depend on beside its plan: two runs of one plan have the same hash when their classes are
/// equal. Event times do not depend on it, only the coordinates of vectors do.
/// </summary>
/// <param name="Architecture">The processor's, for instance <c>x64</c>.</param>
/// <param name="VectorBits">The width of SIMD vectors, in bits.</param>
/// <param name="Fma">Whether fused multiply-add is there.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Device">Where kernels run, for instance <c>cpu</c>.</param>
/// <param name="Precision">The float width of model vectors.</param>
public sealed record NumericsClass(
    string Architecture, int VectorBits, bool Fma, string Runtime, string Device, Precision Precision)
{
    /// <summary>The device of kernels that run on the processor.</summary>
    public const string Processor = "cpu";

    /// <summary>The class of this process on its processor.</summary>
    public static NumericsClass Here(Precision precision) => new(
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Vector<byte>.Count * 8,
        System.Runtime.Intrinsics.X86.Fma.IsSupported || AdvSimd.Arm64.IsSupported,
        Environment.Version.ToString(),
        Processor,
        precision);

    /// <summary>One line, for people and for comparing.</summary>
    public override string ToString() =>
        $"{Architecture}, {VectorBits} bits, {(Fma ? "fma" : "no fma")}, .NET {Runtime}, {Device}, "
        + (Precision == Precision.Float64 ? "float64" : "float32");
}
