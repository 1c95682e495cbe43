using System.Text.RegularExpressions;

namespace AsyncOpt.Tidy.Tests;

/// <summary>Each type of the engine is one thing, and each of its files holds one type.</summary>
public partial class TypeTests
{
    // Over all parts of a type.
    const int LinesMax = 900;

    /// <summary>A type that is no part of another.</summary>
    [GeneratedRegex(
        @"^(?!using|namespace)(?:[a-z]+ )*(?:class|struct|interface|enum|record) (?<name>\w+(?:<\w+(?:, \w+)*>)?)",
        RegexOptions.Multiline)]
    private static partial Regex Declared { get; }

    static readonly (string File, string Type)[] Types =
    [
        .. from file in Project.Files(".cs")
           where file.StartsWith("src/Simulation/", StringComparison.Ordinal)
           from Match type in Declared.Matches(Project.Read(file))
           select (file, type.Groups["name"].Value),
    ];

    [Fact]
    public void There_are_types_to_look_at()
    {
        Assert.Contains(("src/Simulation/Dispatch/Partition.cs", "Partition<T>"), Types);
        Assert.Contains(("src/Simulation/State/AgentFlags.cs", "AgentFlags"), Types);
        Assert.Contains(("src/Simulation/Events/Moment.cs", "Moment"), Types);
    }

    [Fact]
    public void No_type_of_the_engine_is_longer_over_all_its_parts_than_one_thing_needs()
    {
        var wrong = from part in Types
                    group part.File by part.Type into parts
                    let lines = parts.Sum(file => Project.Read(file).Count(c => c == '\n'))
                    where lines > LinesMax
                    select $"{parts.Key}: {lines} lines";

        Project.None(wrong);
    }

    [Fact]
    public void A_file_of_the_engine_holds_one_type()
    {
        // A type of the same name beside it makes such things, or names what they share.
        var wrong = from part in Types
                    group part.Type.Split('<')[0] by part.File into types
                    where types.Distinct().Count() > 1
                    select $"{types.Key}: {string.Join(", ", types.Distinct())}";

        Project.None(wrong);
    }
}
