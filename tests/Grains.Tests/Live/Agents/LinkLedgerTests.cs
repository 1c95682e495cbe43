using AsyncOpt.Grains.Live.Agents;
using FsCheck;
using FsCheck.Fluent;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>Ranks on links: each is taken once, whatever the order in which they come.</summary>
public class LinkLedgerTests
{
    [Fact]
    public void Ranks_in_order_are_taken_and_repeated_ones_are_not()
    {
        var end = default(LinkEnd);

        Assert.True(LinkLedger.Accept(ref end, 0));
        Assert.True(LinkLedger.Accept(ref end, 1));
        Assert.False(LinkLedger.Accept(ref end, 0));
        Assert.False(LinkLedger.Accept(ref end, 1));
        Assert.Equal(2u, end.Received);
    }

    [Fact]
    public void What_comes_early_is_taken_once_and_closes_the_gap_later()
    {
        var end = default(LinkEnd);

        Assert.True(LinkLedger.Accept(ref end, 2));
        Assert.False(LinkLedger.Accept(ref end, 2));
        Assert.True(LinkLedger.Accept(ref end, 3));
        Assert.Equal(0u, end.Received);
        Assert.True(LinkLedger.Accept(ref end, 0));
        Assert.Equal(1u, end.Received);
        Assert.True(LinkLedger.Accept(ref end, 1));
        Assert.Equal(4u, end.Received);
        Assert.False(LinkLedger.Accept(ref end, 3));
    }

    [Fact]
    public void A_rank_far_ahead_gives_up_what_is_missing()
    {
        var end = default(LinkEnd);

        Assert.True(LinkLedger.Accept(ref end, LinkLedger.Window + 1));
        Assert.Equal(1u, end.Received);
        Assert.False(LinkLedger.Accept(ref end, 0));
        Assert.True(LinkLedger.Accept(ref end, 1));
        Assert.True(LinkLedger.Accept(ref end, 1_000_000));
        Assert.Equal(1_000_000u - LinkLedger.Window, end.Received);
    }

    [Fact]
    public void Within_the_window_it_agrees_with_a_set_of_ranks() => Prop.ForAll(
        ArbMap.Default.ArbFor<int[]>(),
        steps =>
        {
            var end = default(LinkEnd);
            var seen = new HashSet<uint>();
            foreach (var step in steps)
            {
                var rank = end.Received + (uint)((step & int.MaxValue) % LinkLedger.Window);
                Assert.Equal(seen.Add(rank), LinkLedger.Accept(ref end, rank));
                Assert.DoesNotContain(end.Received, seen);
                Assert.All(Enumerable.Range(0, (int)end.Received), r => Assert.Contains((uint)r, seen));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Peers_keep_their_ends_however_many_there_are()
    {
        var ledger = new LinkLedger();
        for (var peer = 0; peer < 100; peer++)
            ledger.Of(peer * 7).Sent = (uint)peer;

        Assert.Equal(100, ledger.Count);
        for (var peer = 0; peer < 100; peer++)
            Assert.Equal((uint)peer, ledger.Of(peer * 7).Sent);
    }
}
