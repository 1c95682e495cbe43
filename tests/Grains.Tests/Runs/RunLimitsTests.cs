using AsyncOpt.Core;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace AsyncOpt.Grains.Tests.Runs;

/// <summary>Runs that are too large for their silos are refused when they are planned.</summary>
public class RunLimitsTests
{
    const long Any = long.MaxValue;

    // Five parameters: messages of 40 bytes, and what lies around them.
    static RunPlan Plan => ContractTests.For("async-sgd").Plan("none");

    [Theory]
    [InlineData(RunMode.Virtual, "--partitions 1, which keeps the run on one silo")]
    [InlineData(RunMode.Live, "a cluster of one silo")]
    public void A_message_beyond_what_silos_pass_on_is_refused_with_what_to_do(RunMode mode, string remedy)
    {
        var refused = Assert.Throws<InputException>(() => RunLimits.Check(Plan, mode, silos: 2, messageMax: 2 << 20, Any));

        Assert.StartsWith("method: a message '", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is 2.1 MB, and silos pass each other at most 2.1 MB", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'precision: float32'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_on_one_silo_is_no_message() => RunLimits.Check(Plan, RunMode.Virtual, silos: 1, 1, Any);

    [Fact]
    public void A_record_beyond_what_the_store_takes_is_refused() => Assert.Contains(
        "the record of 5 parameters may be 130 bytes, and a silo keeps at most 100 bytes",
        Assert.Throws<InputException>(() => RunLimits.Check(Plan, RunMode.Live, silos: 1, Any, storedMax: 100)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_live_run_whose_messages_share_cards_is_refused_and_one_in_virtual_time_is_not()
    {
        var links = Plan.Links with { SendRate = 1e6, Sharing = new FairSharing(new()) };
        RunLimits.Check(Plan with { Links = links }, RunMode.Virtual, silos: 3);

        var refused = Assert.Throws<InputException>(
            () => RunLimits.Check(Plan with { Links = links }, RunMode.Live, silos: 1));

        Assert.StartsWith("links.sharing: 'fair' is of virtual time alone", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silos_let_through_what_is_let_through_here()
    {
        await using var cluster = await RunCluster.Start();
        var silo = cluster.Silos.GetSiloServiceProvider(cluster.Silos.Silos[0].SiloAddress);

        var options = silo.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;

        Assert.Equal(RunLimits.MessageBytesMax, options.MaxMessageBodySize);
    }

    [Fact]
    public void Usual_runs_are_let_through() => RunLimits.Check(Plan, RunMode.Live, silos: 3);
}
