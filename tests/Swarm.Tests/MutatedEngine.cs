using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AsyncOpt.Swarm.Tests;

/// <summary>
/// AsyncOpt with a mutant of its engine: the engine is compiled in memory, and all assemblies of AsyncOpt are loaded
/// once more beside those of the test, bound to it.
/// </summary>
sealed class MutatedEngine(Stream engine) : AssemblyLoadContext("mutant")
{
    const string Engine = "AsyncOpt.Simulation";

    // What the build adds to every project.
    const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    static readonly Lazy<CSharpCompilation> Whole = new(Parse);

    static string Folder => Path.Combine(PluginBuild.ProjectFolder(), "src", "Simulation");

    /// <summary>The assembly of a swarm that runs a mutant of the engine; without one, the engine as it is.</summary>
    public static Assembly SwarmOf(Mutant? mutant)
    {
        var compilation = Whole.Value;
        if (mutant is not null)
        {
            var path = Path.Combine(PluginBuild.ProjectFolder(), mutant.Path);
            var tree = compilation.SyntaxTrees.Single(t => t.FilePath == path);
            compilation = compilation.ReplaceSyntaxTree(tree, Tree(path, mutant.Into(File.ReadAllText(path))));
        }
        var engine = new MemoryStream();
        var result = compilation.Emit(engine);
        var errors = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error);
        Assert.True(result.Success, string.Join("\n", errors));
        engine.Position = 0;
        return new MutatedEngine(engine).LoadFromAssemblyName(new AssemblyName("AsyncOpt.Swarm"));
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Engine)
            return LoadFromStream(engine);
        var path = Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll");
        return assemblyName.Name!.StartsWith("AsyncOpt.", StringComparison.Ordinal) && File.Exists(path)
            ? LoadFromAssemblyPath(path)
            : null;
    }

    static CSharpCompilation Parse()
    {
        var sources = Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal);
        var known = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileNameWithoutExtension(p) != Engine);
        return CSharpCompilation.Create(
            Engine,
            [Tree("Usings.cs", Usings), Tree("Assembly.cs", Attributes()),
                .. sources.Select(path => Tree(path, File.ReadAllText(path)))],
            known.Select(p => MetadataReference.CreateFromFile(p)),
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    // The version and friends of the engine that was built.
    static string Attributes()
    {
        var built = Assembly.Load(Engine);
        var friends = built.GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>()
            .Select(f => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{f.AssemblyName}\")]");
        return $"[assembly: System.Reflection.AssemblyVersion(\"{built.GetName().Version}\")]\n"
            + string.Join("\n", friends);
    }

    // A library of the system is called without the code that the build generates for it.
    static SyntaxTree Tree(string path, string text) => CSharpSyntaxTree.ParseText(
        text.Replace("[LibraryImport(", "[DllImport(", StringComparison.Ordinal)
            .Replace("private static partial int Advise", "private static extern int Advise", StringComparison.Ordinal),
        Language, path);
}
