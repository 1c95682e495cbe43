using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Experiments;

namespace AsyncOpt.Swarm.Tests.Fuzz;

/// <summary>
/// Whatever is in a file, it is read or refused with a sentence: no other exception, and no memory that the file's size
/// does not explain.
/// </summary>
public sealed class FileFuzzTests : IDisposable
{
    const int Mutants = 150;

    // A mutant is at most some hundred kB long; a number in it may ask for more, and is refused then.
    const long BytesMax = 1L << 29;

    const string Data = "problem: { name: softmax-regression, regularization: 0.1, data: ";

    /// <summary>Kinds of files: the keys that name one, and a good one.</summary>
    static readonly Dictionary<string, (string Keys, string Good)> Kinds = new()
    {
        ["edge-list"] = (Graph("edge-list"), "# karate\n0 1\n1 2\n2 3\n3 0\na b\nb 0\n"),
        ["matrix-market"] = (Graph("matrix-market"),
            "%%MatrixMarket matrix coordinate pattern symmetric\n% text\n4 4 4\n2 1\n3 2\n4 3\n4 1\n"),
        ["graphml"] = (Graph("graphml"),
            "<graphml><key id='k' for='node' attr.name='city'/><graph edgedefault='undirected'><node id='a'>"
            + "<data key='k'>x</data></node><node id='b'/><edge source='a' target='b'/></graph></graphml>"),
        ["csv"] = (Workers(Data + "{ name: csv, file: f } }"), "x,y,label\n1,2,0\n3,4,1\n5,6.5,0\n-1,1e3,1\n"),
        ["libsvm"] = (Workers(Data + "{ name: libsvm, file: f } }"), "+1 1:0.5 3:1\n-1 2:1e-3\n+1 1:1 2:2 3:3\n-1 3:4\n"),
        ["quadratic"] = (Workers("problem: { name: quadratic, file: f }"), "1,2,3\n4,5,6\n7,8,9\n1,1,1\n"),
        ["empirical"] = (Workers(Quadratic) + "links: { delay: { name: empirical, file: f } }\n", "0.1\n0.2\n0.35\n"),
        ["per-link"] = (Workers(Quadratic) + "links: { delay: { name: per-link, file: f, cycle: true } }\n",
            "0 10 20\n10 0 30\n20 30 0\n"),
        ["per-link-table"] = (Workers(Quadratic) + "links: { delay: { name: per-link, file: f, from: a, to: b, value: ms, "
            + "missing: 5ms, by-name: false, cycle: true } }\n", "a,b,ms\nx,y,10\ny,x,12\nx,z,40\nz,x,40\n"),
        ["trace"] = (Workers(Quadratic) + "links: { delay: { name: trace, file: f, value: rtt, time: t } }\n",
            "t,rtt\n0,0.01\n1.5,0.02\n2,0.5\n"),
        ["speeds"] = (Workers(Quadratic).Replace("per-task: 1ms", "per-task: 1ms, speeds: { name: file, file: f }"),
            "1\n2\n3.5\n1\n"),
        ["text"] = (Workers("problem: { name: language-model, hidden: [2], data: { name: text, file: f, context: 2 } }"),
            "Call me Ishmael. Some years ago, never mind how long precisely, I thought I would sail."),
        ["idx"] = (Workers(Data + "{ name: idx, images: f, labels: labels } }"),
            "\0\0\u0008\u0003\0\0\0\u0004\0\0\0\u0001\0\0\0\u0002abcdefgh"),
    };

    const string Quadratic = "problem: { name: quadratic, dimension: 2 }";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncopt-fuzz-");

    public static TheoryData<string> Names => [.. Kinds.Keys];

    string PathOf => Path.Combine(_folder.FullName, "f");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutated_file_is_read_or_refused(string kind)
    {
        var (keys, good) = Kinds[kind];
        var original = Encoding.UTF8.GetBytes(good);
        var (read, refused) = (0, 0);
        for (var number = 0; number < Mutants; number++)
        {
            var bytes = number == 0 ? original : Mutations.Of(original, new Dice(11, (ulong)number));
            File.WriteAllBytes(PathOf, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (IsRead(keys, number, kind))
                read++;
            else
                refused++;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesMax);
        }

        Assert.True(read > 0, "the good file is refused, so that nothing is fuzzed");
        Assert.True(refused > 0, "no mutant is refused");
    }

    /// <summary>Every shipped experiment, and random worlds, with changes.</summary>
    [Fact]
    public void A_mutated_experiment_is_read_or_refused()
    {
        var drawer = new Drawn.WorldDrawer(Core.Catalog.Catalogue.Load(), 5);
        for (var number = 0; number < 400; number++)
        {
            var text = Experiments.Specification.FlowText.File(Drawn.WorldDrawer.WithExtras(drawer.Draw(number % 40, 0)));
            var bytes = Mutations.Of(Encoding.UTF8.GetBytes(text), new Dice(12, (ulong)number));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Experiment.Parse(Encoding.UTF8.GetString(bytes), "f.yaml", _folder.FullName, Options);
            }
            catch (InputException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"mutant {number}: {e}\n{Encoding.UTF8.GetString(bytes)}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesMax);
        }
    }

    LoadOptions Options => new()
    {
        Locate = name => name == "labels" ? LabelsOf(PathOf + "-labels") : PathOf,
        OptimumFolder = _folder.FullName,
    };

    // The labels of the four images.
    static string LabelsOf(string path)
    {
        File.WriteAllBytes(path, [0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1]);
        return path;
    }

    bool IsRead(string keys, int number, string kind)
    {
        try
        {
            Experiment.Parse(keys, "f.yaml", _folder.FullName, Options).Arms[0].PlanWithoutOptimum(0);
            return true;
        }
        catch (InputException e)
        {
            Assert.True(number > 0, e.Message);
            return false;
        }
        catch (Exception e)
        {
            Assert.Fail($"{kind}, mutant {number}: {e}");
            throw;
        }
    }

    static string Graph(string name) =>
        $"topology: {{ name: {name}, file: f }}\nmethod: {{ name: d-sgd, step: 0.1 }}\n" + Rest + Quadratic + "\n";

    static string Workers(string problem) => "workers: 4\nmethod: { name: async-sgd, step: 0.1 }\n" + Rest + problem + "\n";

    const string Rest = "compute: { per-task: 1ms }\nstop: { time: 1s }\nsamples: 2\n";
}
