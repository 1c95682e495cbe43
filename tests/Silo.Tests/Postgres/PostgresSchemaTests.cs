using AsyncOpt.Silo.Postgres;
using Npgsql;

namespace AsyncOpt.Silo.Tests.Postgres;

[Collection(nameof(PostgresCollection))]
public sealed class PostgresSchemaTests(PostgresServer server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task Making_the_tables_again_changes_nothing()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));
        Assert.False(await PostgresSchema.Exists(source, Cancellation));

        await PostgresSchema.Create(source, Cancellation);
        await Execute(source, "INSERT INTO run_store VALUES ('run', 'name', 'bytes')");
        await Execute(source, "INSERT INTO silo_cluster VALUES ('cluster', 7)");
        await Execute(source, "UPDATE OrleansQuery SET QueryText = 'of an older version'");
        await PostgresSchema.Create(source, Cancellation);

        Assert.True(await PostgresSchema.Exists(source, Cancellation));
        Assert.Equal(1L, await Scalar(source, "SELECT count(*) FROM run_store"));
        Assert.Equal(7, await Scalar(source, "SELECT version FROM silo_cluster"));
        Assert.Equal(0L, await Scalar(source, "SELECT count(*) FROM OrleansQuery WHERE QueryText LIKE 'of an older%'"));
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task Silos_that_make_the_tables_at_once_take_turns()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostgresSchema.Create(source, Cancellation)));

        Assert.True(await PostgresSchema.Exists(source, Cancellation));
    }

    static async Task Execute(NpgsqlDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    static async Task<object?> Scalar(NpgsqlDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
