using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.ComputeTimes;

/// <summary>That whole runs repeat is in <c>RecordedScheduleTests</c>.</summary>
public sealed class RecordedTasksTests : IDisposable
{
    readonly string _file = Path.Combine(Path.GetTempPath(), $"tasks-{Guid.NewGuid():n}.csv");

    public void Dispose() => File.Delete(_file);

    RecordedTasks Of(string lines, RecordedTasks.Options? options = null)
    {
        File.WriteAllText(_file, $"role,index,task,factor\n{lines}");
        var tasks = new RecordedTasks((options ?? new() { File = _file }) with { File = _file });
        tasks.Build(new LinkContext(4, 1, path => path));
        return tasks;
    }

    // Without a role an agent's number is its rank.
    static double Factor(RecordedTasks tasks, int agent, long number) => tasks.Factor(
        new ComputeContext { Agent = agent, Place = agent, Number = number }, new Draw(1, Purpose.Slowdown, (ulong)agent, (ulong)number));

    [Fact]
    public void An_agents_tasks_have_the_factors_of_the_file_by_number_and_then_again_from_the_first()
    {
        var tasks = Of("worker,0,0,1.5\nworker,0,1,2.5\nworker,1,1,8\nworker,1,0,4\n");

        Assert.Equal([1.5, 2.5, 1.5, 2.5], Enumerable.Range(0, 4).Select(k => Factor(tasks, 0, k)));
        Assert.Equal([4, 8, 4], Enumerable.Range(0, 3).Select(k => Factor(tasks, 1, k)));
    }

    [Fact]
    public void A_number_that_is_not_there_takes_the_next()
    {
        var tasks = Of("worker,0,1,2\nworker,0,4,3\n");

        Assert.Equal([2, 2, 3, 3, 3, 2], Enumerable.Range(0, 6).Select(k => Factor(tasks, 0, k)));
    }

    [Fact]
    public void Beyond_the_record_a_law_may_go_on_or_an_error_ends_the_run()
    {
        const string lines = "worker,0,0,1.5\n";
        var law = Of(lines, new() { File = "", Beyond = BeyondRecord.Law, Law = 7.0 });
        Assert.Equal((1.5, 7, 7), (Factor(law, 0, 0), Factor(law, 0, 1), Factor(law, 3, 0)));

        var error = Of(lines, new() { File = "", Beyond = BeyondRecord.Error });
        Assert.Equal(1.5, Factor(error, 0, 0));
        Assert.Contains(
            "has no computation 1 of", Assert.Throws<InputException>(() => Factor(error, 0, 1)).Message, StringComparison.Ordinal);
        // What it knows nothing of cannot begin again.
        Assert.Throws<InputException>(() => Factor(Of(lines), 2, 0));
    }

    [Theory]
    [InlineData("worker,0,0,-1\n", ":2: column 4: expected a factor of at least 0")]
    [InlineData("worker,0,0.5,1\n", ":2: column 3: expected a whole number from 0")]
    [InlineData("worker,0,0\n", ":2: has 3 columns, the header has 4")]
    [InlineData("", ": has no lines; expected the header role,index,task,factor")]
    public void A_broken_file_is_told(string lines, string why) => Assert.StartsWith(
        _file + why, Assert.Throws<InputException>(() => Of(lines)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(BeyondRecord.Law, false)]
    [InlineData(BeyondRecord.Cycle, true)]
    public void A_law_belongs_to_what_comes_beyond(BeyondRecord beyond, bool hasLaw) => Assert.Single(
        new RecordedTasks.Options { File = "f", Beyond = beyond, Law = hasLaw ? 1.0 : null }.Violations());
}
