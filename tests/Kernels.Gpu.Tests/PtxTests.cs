using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>
/// What can be said of CUDA without a card: every kernel becomes PTX, and assembles where <c>ptxas</c> is installed
/// (PATH, or ASYNCOPT_PTXAS).
/// </summary>
public class PtxTests
{
    static readonly Type[] Steps =
        [typeof(GradientStep<,>), typeof(SgdStep<,>), typeof(MomentumStep<,>), typeof(NesterovStep<,>), typeof(AdamStep<,>)];

    static readonly Type[] Losses = [typeof(LogisticLoss<,>), typeof(SquaredLoss<,>), typeof(SoftmaxLoss<,>)];

    static string? Assembler => Environment.GetEnvironmentVariable("ASYNCOPT_PTXAS")
        ?? Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "ptxas")).FirstOrDefault(File.Exists);

    [Fact]
    public void Every_kernel_becomes_PTX_that_assembles()
    {
        using var context = Context.Create(b => b.EnableAlgorithms());
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_78, null!);
        var folder = Directory.CreateTempSubdirectory("asyncopt-ptx-");
        foreach (var kernel in Kernels())
        {
            var isItems = kernel.Name != "Groups";
            var entry = isItems
                ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
                : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
            var ptx = ((PTXCompiledKernel)backend.Compile(entry, default)).PTXAssembly;

            Assert.Contains(".entry", ptx, StringComparison.Ordinal);
            Assert.DoesNotContain("ex2.approx", ptx, StringComparison.Ordinal);
            // Products of rounds: each beside the one for other devices, on a branch that CUDA never takes.
            if (kernel.Name == "Mix")
            {
                Assert.Equal(2, Regex.Count(ptx, @"\bmul\.rn\.f"));
                Assert.Equal(2, Regex.Count(ptx, @"\b(mul|fma\.rn)\.f"));
            }
            if (Assembler is { } assembler)
                Assemble(assembler, Path.Combine(folder.FullName, "kernel.ptx"), ptx, $"{kernel.DeclaringType} {kernel.Name}");
        }
        folder.Delete(recursive: true);
    }

    static IEnumerable<MethodInfo> Kernels()
    {
        foreach (var kernel in typeof(ChainKernels).GetMethods(BindingFlags.Public | BindingFlags.Static))
            yield return kernel;
        foreach (var (width, scalar) in new[] { (typeof(float), typeof(SingleScalar)), (typeof(double), typeof(DoubleScalar)) })
        {
            Type Of(Type open) => open.MakeGenericType(width, scalar);
            foreach (var step in Steps)
            {
                IEnumerable<Type> types =
                [
                    typeof(RoundKernels<,>).MakeGenericType(width, scalar),
                    typeof(StepKernels<,>).MakeGenericType(width, Of(step)),
                    .. Losses.Select(l => typeof(LinearKernels<,,,>).MakeGenericType(width, scalar, Of(l), Of(step))),
                    typeof(NetKernels<,,>).MakeGenericType(width, scalar, Of(step)),
                    typeof(QuadraticKernels<,>).MakeGenericType(width, Of(step)),
                ];
                foreach (var kernel in types.SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static)))
                    yield return kernel;
            }
        }
    }

    static void Assemble(string assembler, string path, string ptx, string what)
    {
        File.WriteAllText(path, ptx);
        using var process = Process.Start(new ProcessStartInfo(assembler, ["-arch=sm_90", "-o", path + ".bin", path])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var errors = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{what}: {errors}");
    }
}
