using System.IO.Compression;
using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Experiments;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Swarm.Tests.Fuzz;

/// <summary>
/// Whatever is in a file, it is read or refused with a sentence: no other exception, and no memory that the file's size
/// does not explain.
/// </summary>
public sealed class FileFuzzTests : IDisposable
{
    const int Mutants = 60;

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
        ["availability"] = (Workers(Quadratic) + "faults: [{ name: availability, file: f, cycle: true }]\n",
            "agent,from,to\na,0,0.2\na,0.5,1.5\nb,,\nc,0.1,9\n"),
        ["binary"] = (Workers(Data + "{ name: binary, positive: [a, b], of: { name: csv, file: f } } }"),
            "x,label\n1,a\n2,b\n3,c\n4,a\n"),
        ["idx"] = (Workers(Data + "{ name: idx, images: f, labels: labels } }"),
            "\0\0\u0008\u0003\0\0\0\u0004\0\0\0\u0001\0\0\0\u0002abcdefgh"),
    };

    const string Quadratic = "problem: { name: quadratic, dimension: 2 }";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncopt-fuzz-");

    public static TheoryData<string> Names => [.. Kinds.Keys];

    string PathOf => Path.Combine(_folder.FullName, "f");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What is wrong in the content of a packed file, and what is wrong in its packing.</summary>
    [Fact]
    public void So_is_one_that_is_packed()
    {
        var (keys, good) = Kinds["libsvm"];
        Campaign.Run(
            60,
            mutator => mutator.Below(2) == 0
                ? mutator.Of(Packed(Encoding.UTF8.GetBytes(good)))
                : Packed(mutator.Of(Encoding.UTF8.GetBytes(good))),
            bytes => IsRead(keys, bytes));
    }

    static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutated_file_is_read_or_refused(string kind)
    {
        var (keys, good) = Kinds[kind];
        var original = Encoding.UTF8.GetBytes(good);
        var (read, refused) = (0, 0);
        Assert.True(IsRead(keys, original), "the good file is refused, so that nothing is fuzzed");
        Campaign.Run(Mutants, mutator => mutator.Of(original), bytes =>
        {
            var isRead = IsRead(keys, bytes);
            (read, refused) = isRead ? (read + 1, refused) : (read, refused + 1);
            return isRead;
        });

        Assert.True(read > 0, "no mutant is read");
        Assert.True(refused > 0, "no mutant is refused");
    }

    /// <summary>Random worlds, with changes.</summary>
    [Fact]
    public void A_mutated_experiment_is_read_or_refused()
    {
        var drawer = new Drawn.WorldDrawer(Core.Catalog.Catalogue.Load(), 5);
        Campaign.Run(
            100,
            mutator => mutator.Of(Encoding.UTF8.GetBytes(
                Experiments.Specification.FlowText.File(Drawn.WorldDrawer.WithExtras(drawer.Draw(mutator.Below(40), 0))))),
            bytes =>
            {
                try
                {
                    Experiment.Parse(Encoding.UTF8.GetString(bytes), "f.yaml", _folder.FullName, Options);
                }
                catch (InputException)
                {
                    // The other thing that may come of it.
                }
            });
    }

    /// <summary>The experiments and claims that come with the project, with changes; no data is read.</summary>
    [Fact]
    public void A_mutated_file_of_the_project_is_read_or_refused()
    {
        var folder = Experiments.ProjectFolder.Find("experiments")!;
        var files = Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (IsClaim: Path.GetDirectoryName(file) != folder, Bytes: File.ReadAllBytes(file))).ToList();
        var isClaim = false;
        Campaign.Run(
            50,
            mutator =>
            {
                (isClaim, var original) = mutator.Pick(files);
                return mutator.Of(original);
            },
            bytes =>
            {
                File.WriteAllBytes(PathOf, bytes);
                try
                {
                    if (isClaim)
                        Experiments.Claims.Claim.Load(PathOf, Options with { Build = false });
                    else
                        Experiment.Load(PathOf, Options with { Build = false });
                }
                catch (InputException)
                {
                    // The other thing that may come of it.
                }
            });
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

    bool IsRead(string keys, byte[] bytes)
    {
        File.WriteAllBytes(PathOf, bytes);
        try
        {
            Experiment.Parse(keys, "f.yaml", _folder.FullName, Options).Arms[0].PlanWithoutOptimum(0);
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }

    static string Graph(string name) =>
        $"topology: {{ name: {name}, file: f }}\nmethod: {{ name: d-sgd, step: 0.1 }}\n" + Rest + Quadratic + "\n";

    static string Workers(string problem) => "workers: 4\nmethod: { name: async-sgd, step: 0.1 }\n" + Rest + problem + "\n";

    const string Rest = "compute: { per-task: 1ms }\nstop: { time: 1s }\nsamples: 2\n";
}
