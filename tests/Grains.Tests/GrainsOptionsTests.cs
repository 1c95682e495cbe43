namespace AsyncOpt.Grains.Tests;

public class GrainsOptionsTests
{
    [Fact]
    public void Defaults_are_good() =>
        Assert.True(new AnnotationsValidator<GrainsOptions>().Validate(null, new GrainsOptions()).Succeeded);

    [Fact]
    public void Each_wrong_option_is_said_in_a_sentence_of_its_own()
    {
        var result = new AnnotationsValidator<GrainsOptions>().Validate(
            null, new GrainsOptions { RunsAtATime = 0, WatchEvery = double.NaN, StoreFolder = "" });

        Assert.Equal(
        [
            "--store-folder: expected a text, got ''",
            "--runs-at-a-time: expected a whole number from 1 to 1e3, got 0",
            "--watch-every: expected a number from 0.05 to 3600, got .nan",
        ], result.Failures);
    }
}
