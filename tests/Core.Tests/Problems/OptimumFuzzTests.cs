using System.Text;
using AsyncOpt.Core.Problems;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Core.Tests.Problems;

/// <summary>Whatever is in a file of an optimum, it is refused, or the optimum is where the problem has it.</summary>
public sealed class OptimumFuzzTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncopt-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_mutated_file_is_refused_or_right()
    {
        var problem = new Quadratic(new() { Dimension = 3 });
        problem.Build(new ProblemContext(2, 1, name => name));
        var known = problem.Optimum!;
        var path = Path.Combine(_folder.FullName, "optimum.json");
        OptimumFile.Write(path, problem.Fingerprint, known);
        var whole = Encoding.UTF8.GetBytes(File.ReadAllText(path));
        var read = 0;

        Campaign.Run(300, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                var found = OptimumFile.Read(path, problem)!;
                Assert.Equal(known.Value, found.Value, 1e-9 * Math.Max(1, Math.Abs(known.Value)));
                read++;
            }
            catch (InputException e)
            {
                Assert.StartsWith($"{path}:", e.Message, StringComparison.Ordinal);
            }
        });
        Assert.True(read > 0, "no mutant is read");
    }
}
