using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>Which code made a run.</summary>
public static class Code
{
    // What decides the bits of a run, beside plug-ins. Every host of runs has these assemblies.
    static readonly string[] Deciding = ["Core", "Kernels", "Simulation", "Experiments", "Reporting"];

    /// <summary>The version of an assembly, with the commit it was built from where that is known.</summary>
    public static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString() ?? "unknown";

    /// <summary>A program in a few words: version, first digits of the commit, build.</summary>
    public static string Program(string version, string build)
    {
        var brief = version.Split('+') is [var number, { Length: > 12 } commit] ? $"{number}+{commit[..12]}" : version;
        return $"{brief}, {build}";
    }

    /// <summary>AsyncOpt as it is here, in the same words.</summary>
    public static string Here => Program(Version(typeof(Code).Assembly), Build([]));

    /// <summary>AsyncOpt, and the assemblies of method and problem where those are plug-ins.</summary>
    public static IReadOnlyList<(string Name, string Version)> Versions(RunPlan plan)
    {
        Assembly[] plugins = [plan.Method.GetType().Assembly, plan.Problem.GetType().Assembly];
        return
        [
            ("AsyncOpt", Version(typeof(Code).Assembly)),
            .. plugins.Where(a => a != typeof(RunPlan).Assembly).Distinct()
                .Select(a => (a.GetName().Name ?? "plug-in", Version(a))),
        ];
    }

    /// <summary>
    /// 16 hexadecimal digits that change with the code of AsyncOpt or of a plug-in: compilers derive a module's version
    /// from what they compiled.
    /// </summary>
    /// <param name="plugins">The assemblies of what an experiment file can name, AsyncOpt's own or not.</param>
    public static string Build(IEnumerable<Assembly> plugins)
    {
        var assemblies = Deciding.Select(name => Assembly.Load($"AsyncOpt.{name}")).Concat(plugins).Distinct();
        var modules = assemblies.Select(a => a.ManifestModule.ModuleVersionId.ToString("N"));
        var text = string.Join(' ', modules.Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..16];
    }
}
