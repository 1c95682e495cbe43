using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class ByColumnShardingTests
{
    static readonly ByColumnSharding Clients = new(new() { Column = "client" });

    static ShardingContext Of(string[] groups, int places) =>
        Samples(0, places) with { Samples = [.. Enumerable.Range(0, groups.Length)], Groups = groups };

    [Fact]
    public void Each_value_is_a_place_numbers_by_size_and_texts_in_order()
    {
        Shards numbers = Clients.Deal(Of(["10", "9", "10", "2"], 3)), texts = Clients.Deal(Of(["b", "a", "b"], 2));

        Assert.Equal([3], numbers.Of(0).ToArray());
        Assert.Equal([1], numbers.Of(1).ToArray());
        Assert.Equal([0, 2], numbers.Of(2).ToArray());
        Assert.Equal([1], texts.Of(0).ToArray());
        Assert.Equal([0, 2], texts.Of(1).ToArray());
        Assert.Equal("by column 'client': a -> 0, b -> 1", Clients.Describe(Of(["b", "a", "b"], 2)));
    }

    [Theory]
    [InlineData(1, "is 1 place")]
    [InlineData(3, "are 3 places")]
    public void More_or_fewer_values_than_places_are_refused(int places, string there)
    {
        var error = Assert.Throws<InputException>(() => Clients.Deal(Of(["b", "a", "b"], places)));

        Assert.Equal($"made: column 'client' has 2 distinct values, and there {there}; take 2 workers or "
            + "nodes, one for each value (a, b)", error.Message);
    }

    [Fact]
    public void A_value_that_has_no_training_sample_is_refused() => Assert.Contains(
        "all samples with 'a' in column 'client' are in the validation or test part",
        Assert.Throws<InputException>(() => Clients.Deal(Of(["b", "a", "b"], 2) with { Samples = [0, 2] })).Message);

    [Fact]
    public void A_source_without_columns_is_refused() => Assert.Contains("needs a source with columns",
        Assert.Throws<InputException>(() => Clients.Deal(Samples(3, 3))).Message);

    [Fact]
    public void The_clients_of_a_csv_file_are_the_places_of_a_problem()
    {
        var file = ProblemCases.WriteFile("x,client,y\n1,ann,0\n2,bob,2\n3,bob,4\n");
        var problem = new LeastSquares(new()
        {
            Data = new CsvSource(new() { File = file }),
            Sharding = Clients,
        }).Built(2);

        Assert.Equal(1, problem.Parameters);
        Assert.Equal([1, 2], problem.Shards.Of(1).ToArray());
        // Places weigh alike: F(x) = (x - 0)^2 / 4 + ((2x - 2)^2 + (3x - 4)^2) / 8, at 1: 1/4 + 1/8.
        Assert.Equal(0.375, problem.Objective([1], []), 1e-15);
    }

    [Fact]
    public void The_queries_of_a_libsvm_file_are_places_too()
    {
        var file = ProblemCases.WriteFile("1 qid:3 1:1\n2 qid:1 1:2\n");
        var problem = new LeastSquares(new()
        {
            Data = new LibSvmSource(new() { File = file }),
            Sharding = new ByColumnSharding(new() { Column = "qid" }),
        }).Built(2);

        Assert.Equal([1], problem.Shards.Of(0).ToArray());
    }
}
