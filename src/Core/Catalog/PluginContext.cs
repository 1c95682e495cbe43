using System.Reflection;
using System.Runtime.Loader;

namespace AsyncOpt.Core.Catalog;

/// <summary>
/// Loads a plug-in with its own dependencies, but with the host's AsyncOpt assemblies: a plug-in's method must derive
/// from the same <c>Method</c> that the host knows. So it is with ILGPU, whose types a plug-in's kernels are given.
/// </summary>
sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    readonly AssemblyDependencyResolver _resolver = new(path);

    /// <summary>Loads a plug-in.</summary>
    /// <param name="path">The path of its assembly.</param>
    /// <exception cref="InputException">There is no such file, or it is not an assembly that can be loaded.</exception>
    public static Assembly Load(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new InputException($"plug-in '{path}': is a folder; give the .dll in it");
        if (!File.Exists(full))
        {
            throw new InputException(
                $"plug-in '{path}': no such file{NearestName.FileHint(path, NearestName.OfFile(path))}");
        }
        try
        {
            PlainFile.Require(full);
            return new PluginContext(full).LoadFromAssemblyPath(full);
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or InvalidOperationException)
        {
            throw new InputException(
                $"plug-in '{path}' is no .NET assembly that can be loaded; give the .dll that 'dotnet build' wrote", e);
        }
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // Null hands the request to the host's own context.
        if (assemblyName.Name is { } name
            && (name.StartsWith("AsyncOpt.", StringComparison.Ordinal) || name.Split('.')[0] == "ILGPU"))
            return null;
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
    }
}
