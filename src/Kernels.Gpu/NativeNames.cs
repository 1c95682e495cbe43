using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>
/// Finds the libraries that ILGPU names <c>OpenCL</c> and <c>cuda</c> also where only <c>libOpenCL.so.1</c> or
/// <c>libcuda.so.1</c> is installed, as it is without a development package.
/// </summary>
static class NativeNames
{
    static readonly Lock Gate = new();
    static bool _isSet;

    /// <summary>Sets the resolver of ILGPU's assembly; once per process.</summary>
    public static void Resolve()
    {
        lock (Gate)
        {
            if (!_isSet)
                NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Find);
            _isSet = true;
        }
    }

    static nint Find(string name, Assembly assembly, DllImportSearchPath? path)
    {
        var versioned = name switch
        {
            "OpenCL" => "libOpenCL.so.1",
            "cuda" => "libcuda.so.1",
            _ => null,
        };
        // 0: .NET looks for the name as it stands.
        return versioned is not null && OperatingSystem.IsLinux() && NativeLibrary.TryLoad(versioned, out var found)
            ? found
            : 0;
    }
}
