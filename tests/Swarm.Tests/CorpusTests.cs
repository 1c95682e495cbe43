namespace AsyncOpt.Swarm.Tests;

public class CorpusTests
{
    public static TheoryData<string> Names => [.. Corpus.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_found_once_and_mended_holds(string name)
    {
        using var folder = new TemporaryOptima();
        var world = World.Of(Corpus.TextOf(name), name, folder.Options);

        Assert.Null(Check.First(world));
    }
}
