using AsyncOpt.Experiments;

namespace AsyncOpt.Swarm.Tests;

/// <summary>Optima that tests compute, in a folder that goes with them.</summary>
sealed class TemporaryOptima : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncopt-optima-");

    public LoadOptions Options => new() { OptimumFolder = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);
}
