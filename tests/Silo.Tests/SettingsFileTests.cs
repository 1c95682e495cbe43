using System.Diagnostics;
using AsyncOpt.Core;

namespace AsyncOpt.Silo.Tests;

public sealed class SettingsFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    string File => Path.Combine(_folder, "appsettings.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_right_is_read_as_the_host_reads_it_and_words_are_written_with_hyphens_too()
    {
        System.IO.File.WriteAllText(File, """
            { // a comment
              "Logging": { "LogLevel": { "Default": "debug" } }, "AllowedHosts": "*",
              "asyncopt": { "runsAtATime": 8, "Clustering": "postgre-sql", "Plugins": ["a.dll", "b.dll"], },
              "AsyncOpt:SiloPort": "11112",
            }
            """);

        Assert.Equal(
        [
            ("AsyncOpt:Clustering", "PostgreSql"), ("AsyncOpt:Plugins:0", "a.dll"), ("AsyncOpt:Plugins:1", "b.dll"),
            ("AsyncOpt:RunsAtATime", "8"), ("AsyncOpt:SiloPort", "11112"),
        ], SettingsFile.Read(File).Select(e => (e.Key, e.Value!)).Order());
        Assert.Empty(SettingsFile.Read(Path.Combine(_folder, "none.json")));
    }

    [Theory]
    [InlineData("", ":1:1: it is empty: no JSON; mend it, or move the file away")]
    [InlineData("{ \"AsyncOpt\": {\n \"SiloPort\" 1 } }", ":2:13: ")]
    [InlineData("{ \"AsyncOpt\": {\n", ": no JSON; mend it, or move the file away")]
    [InlineData("[]", ":1: expected an object")]
    [InlineData("{ \"AsyncOpt\": 7 }", ":1: AsyncOpt: expected settings by name")]
    [InlineData("{ \"AsyncOpt\": [7] }", ":1: AsyncOpt:0: unknown setting")]
    [InlineData("{ \"AsyncOpt\": {\n\n\"SiloPort\": \"many\" } }",
        ":3: AsyncOpt:SiloPort: expected a whole number from 1 to 65535, got 'many'")]
    [InlineData("{ \"AsyncOpt\": { \"SiloPort\": 70000 } }",
        ":1: AsyncOpt:SiloPort: expected a whole number from 1 to 65535, got '70000'")]
    [InlineData("{ \"AsyncOpt\": { \"SiloPort\": [1] } }",
        ":1: AsyncOpt:SiloPort: expected a whole number from 1 to 65535")]
    [InlineData("{ \"AsyncOpt\": { \"SiloPort\": null } }",
        ":1: AsyncOpt:SiloPort: expected a whole number from 1 to 65535; leave it out for the default")]
    [InlineData("{ \"AsyncOpt\": { \"Plugins\": \"a.dll\" } }", ":1: AsyncOpt:Plugins: expected a list, each a text")]
    [InlineData("{ \"AsyncOpt\": { \"ApiKey\": \"short\" } }",
        ":1: AsyncOpt:ApiKey: expected a text of at least 16 characters")]
    [InlineData("{ \"AsyncOpt\": { \"SilloPort\": 1 } }",
        ":1: AsyncOpt:SilloPort: unknown setting; did you mean 'SiloPort'? (expected one of ")]
    [InlineData("{ \"AsyncOpt\": { \"SiloPort\": 1,\n\"siloport\": 2 } }",
        ":2: AsyncOpt:SiloPort is there twice; leave one of them out")]
    [InlineData("{ \"AsynOpt\": { \"SiloPort\": 1 } }", ":1: AsynOpt: unknown section; did you mean 'AsyncOpt'?")]
    [InlineData("{ \"SiloPort\": 1 }", ":1: SiloPort: belongs into the section 'AsyncOpt'")]
    [InlineData("{ \"Logging\": { \"LogLevel\": {\n\"Default\": \"loud\" } } }",
        ":2: Logging:LogLevel:Default: expected one of Trace, Debug,")]
    public void What_is_wrong_is_said_with_its_line(string text, string says)
    {
        System.IO.File.WriteAllText(File, text);

        var e = Assert.Throws<InputException>(() => SettingsFile.Read(File));

        Assert.StartsWith(File + ":", e.Message);
        Assert.Contains(says, e.Message);
        Assert.DoesNotContain("\n", e.Message);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        System.IO.File.WriteAllText(File, "{ \"AsyncOpt\": { \"SiloPort\": 0,\n\"RunsAtATime\": \"x\",\n\"Foo\": 1 } }");

        var e = Assert.Throws<InputException>(() => SettingsFile.Read(File));

        Assert.Equal([":1:", ":2:", ":3:"], e.Message.Split('\n').Select(line => line[File.Length..][..3]));
    }

    [Fact]
    public void A_folder_in_its_place_is_said()
    {
        Directory.CreateDirectory(File);

        Assert.StartsWith(
            $"{File}: cannot be read: ", Assert.Throws<InputException>(() => SettingsFile.Read(File)).Message);
    }

    [Fact]
    public void A_silo_that_finds_a_broken_file_ends_with_one_message()
    {
        System.IO.File.WriteAllText(File, "{ \"AsyncOpt\": {\n \"SiloPort\": \"many\" } }");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "asyncopt"), ["silo"])
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
        };

        using var silo = Process.Start(start)!;
        var said = silo.StandardError.ReadToEnd();
        silo.WaitForExit();

        Assert.Equal(2, silo.ExitCode);
        Assert.Equal($"{File}:2: AsyncOpt:SiloPort: expected a whole number from 1 to 65535, got 'many'", said.TrimEnd());
    }
}
