using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Tests;

namespace AsyncOpt.Core.Tests.Faults;

public class SessionsFaultTests
{
    const int Places = 4000;

    static ShiftedExponential Exponential(double mean) => new(new() { Mean = mean });

    static SessionsFault Fault(Law up, Law down, SessionStart start = default, int[]? places = null)
    {
        var options = new SessionsFault.Options { Up = up, Down = down, Start = start, Places = places };
        Assert.Empty(options.Violations());
        return new SessionsFault(options);
    }

    static double[] UpAt(ILookup<int, Crash> crashes, double time) =>
        [.. Enumerable.Range(0, Places).Select(
            place => crashes[place].Any(c => c.At <= Seconds(time) && Seconds(time) < c.Until) ? 0.0 : 1.0)];

    [Fact]
    public void Exponential_sessions_have_the_availability_and_the_correlation_of_the_closed_form()
    {
        var crashes = Fault(Exponential(3), Exponential(1), SessionStart.Stationary)
            .Crashes(Places, 5, Seconds(3)).ToLookup(c => c.Place);
        var (first, later) = (UpAt(crashes, 1e-9), UpAt(crashes, 0.5));

        var error = Math.Sqrt(0.75 * 0.25 / Places);
        ModelsPage.Row("sessions", "share up at the start, up 3 s, down 1 s", 0.75, first.Average(), error);
        ModelsPage.Row("sessions", "share up later", 0.75, later.Average(), error);
        double[] products = [.. first.Zip(later, (a, b) => (a - 0.75) * (b - 0.75) / (0.75 * 0.25))];
        ModelsPage.Row("sessions", "correlation of being up over 0.5 s", Math.Exp(-0.5 * (1 + (1 / 3.0))),
            products.Average(), Spread(products) / Math.Sqrt(Places));
    }

    [Theory]
    [InlineData(0.4, 1e9)]
    [InlineData(1e-18, 1)] // less than a nanosecond: the run's end never comes
    public void More_than_can_be_listed_are_refused_before_they_are_drawn(double mean, double end) => Assert.Matches(
        @"^sessions: about [0-9.]+e[0-9]+ crashes until the end of the run; expected at most 10000000: longer times in "
            + "'up' and 'down', or an earlier stop.time$",
        Assert.Throws<InputException>(() => Fault(Exponential(mean), Exponential(mean)).Crashes(2, 5, Seconds(end))).Message);

    [Fact]
    public void Sessions_last_as_their_law_says()
    {
        // Gamma(1 + 1 / 0.5) = 2. The run is long enough for nearly all sessions to end in it.
        var crashes = Fault(new Weibull(new() { Scale = 2, Shape = 0.5 }), new Constant(new() { Value = 1 }))
            .Crashes(200, 5, Seconds(5000)).ToList();
        var ups = new List<double>();
        foreach (var place in crashes.GroupBy(c => c.Place))
        {
            var ordered = place.ToList();
            Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First.Until < pair.Second.At));
            Assert.All(ordered, c => Assert.Equal(c.At + Seconds(1), c.Until));
            ups.AddRange(ordered.Zip(ordered.Skip(1), (a, b) => b.At.Seconds - a.Until!.Value.Seconds));
        }

        ModelsPage.Row(
            "sessions", "mean session in s, weibull of shape 0.5", 4, ups.Average(), Spread(ups) / Math.Sqrt(ups.Count));
    }

    [Fact]
    public void Places_begin_up_or_join_later_and_do_not_depend_on_the_others()
    {
        var up = Fault(Exponential(3), Exponential(1), places: [2]).Crashes(5, 5, Seconds(40)).ToList();
        var down = Fault(Exponential(3), Exponential(1), SessionStart.Down).Crashes(5, 5, Seconds(40)).ToList();

        Assert.All(up, c => Assert.Equal(2, c.Place));
        Assert.True(up[0].At > Seconds(0));
        Assert.Equal(5, down.Count(c => c.At == Seconds(0)));
        Assert.Equal(
            down.Where(c => c.Place == 3),
            Fault(Exponential(3), Exponential(1), SessionStart.Down).Crashes(9, 5, Seconds(40)).Where(c => c.Place == 3));
    }

    [Fact]
    public void Refuses_what_has_no_meaning()
    {
        Assert.Single(new SessionsFault.Options
        {
            Up = new Weibull(new() { Scale = 1, Shape = 0.5 }), Down = Exponential(1), Start = SessionStart.Stationary,
        }.Violations());
        Assert.Single(new SessionsFault.Options { Up = Exponential(1), Down = Exponential(1), Places = [1, 1] }.Violations());
        var context = new LinkContext(3, 1, name => name);
        Assert.Throws<InputException>(() => Fault(Exponential(1), Exponential(1), places: [3]).Build(context));
        Assert.Throws<InputException>(
            () => Fault(Exponential(1), new Constant(new() { Value = 0 })).Build(context));
        Assert.Throws<InputException>(() => Fault(Exponential(1), Exponential(1)).Crashes(3, 1, null));
    }

    static double Spread(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
