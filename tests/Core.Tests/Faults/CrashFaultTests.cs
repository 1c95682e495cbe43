using AsyncOpt.Core.Faults;

namespace AsyncOpt.Core.Tests.Faults;

public class CrashFaultTests
{
    [Fact]
    public void One_crash_is_where_and_when_it_is_told()
    {
        Assert.Equal([new Crash(2, Seconds(5), Seconds(7))],
            new CrashFault(new() { Place = 2, At = Seconds(5), For = Seconds(2) }).Crashes(4, 1, Seconds(100)));
        Assert.Equal([new Crash(-1, Seconds(5), null)],
            new CrashFault(new() { Place = -1, At = Seconds(5) }).Crashes(4, 1, null));
    }

    [Fact]
    public void Repeated_crashes_have_the_means_they_are_told_and_do_not_overlap()
    {
        var crashes = new CrashFault(new() { MeanUp = Seconds(3), MeanDown = Seconds(1) }).Crashes(50, 9, Seconds(400)).ToList();

        // A cycle takes 4 s on average; 50 places, 400 s: about 5000 crashes.
        Assert.InRange(crashes.Count, 4600, 5400);
        Assert.InRange(crashes.Average(c => c.Until!.Value.Seconds - c.At.Seconds), 0.93, 1.07);
        foreach (var place in crashes.GroupBy(c => c.Place))
        {
            var ordered = place.OrderBy(c => c.At).ToList();
            Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First.Until < pair.Second.At));
            Assert.All(ordered, c => Assert.InRange(c.At.Seconds, 0, 400));
        }
        Assert.Equal(50, crashes.Select(c => c.Place).Distinct().Count());
    }

    [Fact]
    public void Crashes_of_a_place_do_not_depend_on_how_many_places_there_are()
    {
        var fault = new CrashFault(new() { MeanUp = Seconds(3), MeanDown = Seconds(1) });

        var ofTwo = fault.Crashes(2, 9, Seconds(40)).Where(c => c.Place == 1);
        Assert.NotEmpty(ofTwo);
        Assert.Equal(ofTwo, fault.Crashes(5, 9, Seconds(40)).Where(c => c.Place == 1));
        Assert.Equal(ofTwo,
            new CrashFault(new() { Place = 1, MeanUp = Seconds(3), MeanDown = Seconds(1) }).Crashes(2, 9, Seconds(40)));
    }

    [Fact]
    public void Refuses_a_place_that_is_not_there_and_endless_repetition()
    {
        Assert.Throws<InputException>(() => new CrashFault(new() { Place = 4, At = Seconds(1) }).Crashes(4, 1, Seconds(10)));
        Assert.Throws<InputException>(
            () => new CrashFault(new() { MeanUp = Seconds(1), MeanDown = Seconds(1) }).Crashes(4, 1, null));
    }

    [Fact]
    public void Options_say_which_of_them_belong_together()
    {
        Assert.NotEmpty(new CrashFault.Options().Violations());
        Assert.NotEmpty(new CrashFault.Options { At = Seconds(1) }.Violations());
        Assert.NotEmpty(new CrashFault.Options { MeanUp = Seconds(1) }.Violations());
        Assert.NotEmpty(new CrashFault.Options { MeanUp = Seconds(1), MeanDown = Seconds(1), For = Seconds(2) }.Violations());
        Assert.Empty(new CrashFault.Options { MeanUp = Seconds(1), MeanDown = Seconds(1) }.Violations());
        Assert.Empty(new CrashFault.Options { Place = 0, At = Seconds(1) }.Violations());
    }
}
