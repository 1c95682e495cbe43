using System.Text.RegularExpressions;

namespace AsyncOpt.Tidy.Tests;

/// <summary>What no reader should meet in a source file.</summary>
public partial class SourceFileTests
{
    const int LinesMax = 500, ColumnsMax = 120, ColumnsBesideMax = 140;

    // Assembled, so that this file does not find itself.
    static readonly string[] Leftovers =
        ["TO" + "DO", "FIX" + "ME", "TO BE " + "REPLACED", "NotImplemented" + "Exception"];

    static readonly IReadOnlyList<string> Code = Project.Files(".cs");

    static readonly IReadOnlyList<string> Texts = Project.Files(
        ".cs", ".csproj", ".props", ".md", ".yaml", ".json", ".sh", ".slnf", ".sln", ".py", ".js", ".svg", "run");

    [Fact]
    public void There_are_files_to_look_at()
    {
        Assert.Contains("src/Core/Catalog/Catalogue.cs", Code);
        Assert.Contains(".ci/run", Texts);
    }

    [Fact]
    public void Nothing_is_left_over() => Project.None(Lines(Code, line => Leftovers.Any(line.Contains)));

    [Fact]
    public void No_file_is_longer_than_one_thing_needs() =>
        Project.None(Files(Code, text => text.Count(c => c == '\n') > LinesMax));

    [Fact]
    public void No_line_of_code_is_longer_than_a_screen_is_wide() =>
        Project.None([
            .. Lines(Code.Where(f => IsSource(f)), line => line.Length > ColumnsMax),
            .. Lines(Code.Where(f => !IsSource(f)), line => line.Length > ColumnsBesideMax), // expected texts in one piece
        ]);

    [Fact]
    public void Lines_end_with_LF_without_spaces_before_and_files_with_a_line()
    {
        Project.None(Files(Texts.Where(f => f != "AsyncOpt.sln"), text => text.Contains('\r')));
        Project.None(Files(Texts, text => text.Length > 0 && text[^1] != '\n'));
        Project.None(Lines(Code, line => line.Length > 0 && char.IsWhiteSpace(line[^1])));
    }

    [Fact]
    public void No_file_names_a_folder_of_the_machine_it_was_written_on() =>
        Project.None(Lines(Texts, line => MachinePath().IsMatch(line)));

    static bool IsSource(string path) => path.StartsWith("src/", StringComparison.Ordinal);

    static IEnumerable<string> Files(IEnumerable<string> files, Func<string, bool> isWrong) =>
        from file in files where isWrong(Project.Read(file)) select file;

    static IEnumerable<string> Lines(IEnumerable<string> files, Func<string, bool> isWrong) =>
        from file in files
        from line in File.ReadLines(Project.At(file)).Index()
        where isWrong(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"(?<![\w.~>)}-])/(home|root|Users|tmp|var|mnt|opt|work)/\w|\b[A-Z]:\\\w")]
    private static partial Regex MachinePath();
}
