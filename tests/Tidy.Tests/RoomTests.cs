using System.Text.RegularExpressions;

namespace AsyncOpt.Tidy.Tests;

/// <summary>Which folder of the engine may touch which: each is a room with a purpose, above those it uses.</summary>
public partial class RoomTests
{
    /// <summary>From the bottom up: a room touches only rooms above it in this list.</summary>
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Memory"] = [],
        ["Events"] = ["Memory"],
        ["Rules"] = ["Memory"],
        ["State"] = ["Memory", "Rules"],
        ["Scripts"] = ["Rules"],
        ["Partitions"] = ["Events", "Scripts"],
        ["Recordings"] = ["Memory", "Rules", "State"],
        ["Computations"] = ["Memory"],
        ["Cohorts"] = ["Memory", "Events", "State", "Scripts", "Recordings", "Computations"],
        ["Agents"] =
            ["Memory", "Events", "Rules", "State", "Partitions", "Recordings", "Computations", "Cohorts"],
        ["Exchanges"] = ["Memory", "Events", "State", "Agents"],
        ["Dispatch"] =
        [
            "Memory", "Events", "Rules", "State", "Scripts", "Partitions", "Recordings", "Computations", "Cohorts",
            "Agents", "Exchanges",
        ],
        ["Checkpoints"] = ["Memory", "Events", "State", "Partitions", "Recordings", "Agents", "Dispatch"],
        ["Judging"] = ["Rules", "State", "Recordings", "Computations"],
        ["Windows"] =
        [
            "Memory", "Events", "State", "Partitions", "Recordings", "Computations", "Agents", "Exchanges", "Dispatch",
            "Checkpoints", "Judging",
        ],
        ["Replay"] = ["Memory", "Events", "State", "Partitions", "Computations", "Agents", "Dispatch"],
    };

    [GeneratedRegex(@"^namespace AsyncOpt\.Simulation\.(\w+);", RegexOptions.Multiline)]
    private static partial Regex Room { get; }

    [GeneratedRegex(@"^using AsyncOpt\.Simulation\.(\w+);", RegexOptions.Multiline)]
    private static partial Regex Used { get; }

    [Fact]
    public void Rooms_of_the_engine_touch_only_rooms_below_them()
    {
        var wrong = from file in Files
                    let text = Project.Read(file)
                    let room = Room.Match(text).Groups[1].Value
                    where room.Length > 0
                    from Match used in Used.Matches(text)
                    where !Allowed.TryGetValue(room, out var targets) || !targets.Contains(used.Groups[1].Value)
                    select $"{file}: {room} -> {used.Groups[1].Value}";

        Project.None(wrong);
    }

    [Fact]
    public void Files_of_the_engine_lie_in_the_room_that_their_namespace_names()
    {
        var wrong = from file in Files
                    let folder = Path.GetFileName(Path.GetDirectoryName(file))
                    let room = Room.Match(Project.Read(file)).Groups[1].Value
                    where room != (folder == "Simulation" ? "" : folder)
                    select $"{file}: namespace of room '{room}'";

        Project.None(wrong);
    }

    [Fact]
    public void No_room_is_listed_before_one_that_it_touches()
    {
        var order = Allowed.Keys.ToList();

        Assert.All(Allowed, room => Assert.All(room.Value, r => Assert.True(order.IndexOf(r) < order.IndexOf(room.Key))));
    }

    static IEnumerable<string> Files =>
        Project.Files(".cs").Where(f => f.StartsWith("src/Simulation/", StringComparison.Ordinal));
}
