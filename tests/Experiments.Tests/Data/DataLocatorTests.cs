using AsyncOpt.Core;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Experiments.Tests.Data;

public sealed class DataLocatorTests : IDisposable
{
    readonly TestSets _sets = new();

    public void Dispose() => _sets.Dispose();

    string Sub(string name) => Directory.CreateDirectory(Path.Combine(_sets.Folder, name)).FullName;

    // A locator in a world of its own: an experiment folder below a project with a data folder, and a cache.
    DataLocator Locator(string? own = null, string? variable = null)
    {
        string? Read(string name) => name switch
        {
            "XDG_CACHE_HOME" => Sub("cache"),
            DataLocator.Variable => variable,
            _ => null,
        };
        return new(DataCatalogue.Default, Sub("project/experiments"), own, Read, Sub("program"));
    }

    void MakeProject() => _sets.Write("project/data/catalogue.yaml", [1]);

    [Fact]
    public void A_path_from_the_experiment_file_comes_first()
    {
        MakeProject();
        _sets.Write("project/data/libsvm/a9a.libsvm.gz", [1]);
        string beside = _sets.Write("project/experiments/libsvm/a9a.libsvm.gz", [2]);

        Assert.Equal(beside, Locator().Resolve("libsvm/a9a.libsvm.gz"));
        Assert.Equal(beside, Locator().Resolve(beside));
    }

    [Fact]
    public void A_name_is_found_in_the_project_then_in_the_users_folder_then_in_the_cache()
    {
        string cached = _sets.Write("cache/asyncopt/data/libsvm/a9a.libsvm.gz", [1]);
        string variable = _sets.Write("variable/libsvm/a9a.libsvm.gz", [1]);
        string own = _sets.Write("own/libsvm/a9a.libsvm.gz", [1]);

        Assert.Equal(cached, Locator().Resolve("a9a"));
        Assert.Equal(variable, Locator(variable: Sub("variable")).Resolve("a9a"));
        Assert.Equal(own, Locator(Sub("own"), Sub("variable")).Resolve("a9a"));
        MakeProject();
        string project = _sets.Write("project/data/libsvm/a9a.libsvm.gz", [1]);
        Assert.Equal(project, Locator(Sub("own"), Sub("variable")).Resolve("a9a"));
        Assert.Equal(project, Locator().Find(DataCatalogue.Default.Get("a9a")));
    }

    [Fact]
    public void A_users_folder_replaces_the_cache()
    {
        _sets.Write("cache/asyncopt/data/libsvm/a9a.libsvm.gz", [1]);

        Assert.Throws<InputException>(() => Locator(Sub("own")).Resolve("a9a"));
        Assert.Null(Locator(variable: Sub("variable")).Find(DataCatalogue.Default.Get("a9a")));
    }

    [Fact]
    public void What_is_missing_is_said_with_places_and_the_command_to_get_it()
    {
        MakeProject();

        string message = Assert.Throws<InputException>(() => Locator(Sub("own")).Resolve("a9a")).Message;

        Assert.StartsWith("the data set 'a9a' is not here; looked for\n", message);
        string[] places = ["project/experiments/a9a", "project/data/libsvm/a9a.libsvm.gz", "own/libsvm/a9a.libsvm.gz"];
        foreach (string place in places)
            Assert.Contains($"\n  {Path.Combine(_sets.Folder, place)}\n", message);
        Assert.EndsWith("get it with 'asyncopt data get a9a', "
            + "or name a folder that has it with --data DIR or ASYNCOPT_DATA", message);
    }

    [Fact]
    public void A_misspelt_name_is_answered_with_the_nearest()
    {
        string message = Assert.Throws<InputException>(() => Locator().Resolve("ijcn1")).Message;

        Assert.StartsWith("no data file or set 'ijcn1'; did you mean 'ijcnn1'?\nlooked for\n", message);
    }

    [Fact]
    public void A_misspelt_path_is_answered_with_the_file_beside_it()
    {
        MakeProject();
        Sub("project/experiments/own");
        File.WriteAllText(Path.Combine(_sets.Folder, "project", "experiments", "own", "table.csv"), "");

        string message = Assert.Throws<InputException>(() => Locator().Resolve("own/tabel.csv")).Message;

        Assert.StartsWith("no data file or set 'own/tabel.csv'; did you mean 'own/table.csv'?\nlooked for\n", message);
    }

    [Fact]
    public void A_folder_is_no_file_and_an_empty_name_none()
    {
        Assert.Equal($"data file '{_sets.Folder}': {_sets.Folder} is a folder; give the file in it",
            Assert.Throws<InputException>(() => Locator().Resolve(_sets.Folder)).Message);
        Assert.Equal("a data file or set was named with an empty text; give a path or a name",
            Assert.Throws<InputException>(() => Locator().Resolve("")).Message);
    }

    [Fact]
    public void A_folder_of_ones_own_must_exist()
    {
        string missing = Path.Combine(_sets.Folder, "nowhere");

        Assert.Equal($"the folder of --data, {missing}, does not exist",
            Assert.Throws<InputException>(() => Locator(missing)).Message);
        string file = Path.Combine(_sets.Folder, "file");
        File.WriteAllText(file, "");
        Assert.Equal($"the folder of --data, {file}, is a file; give the folder that it is in",
            Assert.Throws<InputException>(() => Locator(file)).Message);
    }

    [Fact]
    public void The_projects_own_sets_are_found_from_where_the_program_runs()
    {
        string path = new DataLocator(DataCatalogue.Default).Resolve("dolphins");

        Assert.Null(DataCheck.Problem(DataCatalogue.Default.Get("dolphins"), path));
    }
}
