using Npgsql;

namespace AsyncOpt.Silo.Postgres;

/// <summary>The tables that silos need in PostgreSQL.</summary>
public static class PostgresSchema
{
    // Each with a table that it makes: Orleans' scripts, in folder 'orleans', can be run only where theirs is missing.
    static readonly (string Name, string Table)[] Scripts =
    [
        ("PostgreSQL-Main.sql", "orleansquery"),
        ("PostgreSQL-Clustering.sql", "orleansmembershiptable"),
        ("runs.sql", "run_store"),
    ];

    // Any number that nobody else locks: silos that make the tables at once take turns.
    const long Lock = 0x6173796e636f7074;

    /// <summary>Makes the tables that are not there; changes nothing in those that are.</summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellation">Ends it; then nothing was made.</param>
    /// <exception cref="NpgsqlException">It cannot be reached, or forbids it.</exception>
    public static async Task Create(NpgsqlDataSource source, CancellationToken cancellation = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute($"SELECT pg_advisory_xact_lock({Lock})");
        foreach (var (name, table) in Scripts)
        {
            if (await Execute($"SELECT to_regclass('{table}') IS NULL") is true)
                await Execute(Text(name));
        }
        await transaction.CommitAsync(cancellation);

        async Task<object?> Execute(string text)
        {
            await using var command = new NpgsqlCommand(text, connection, transaction);
            return await command.ExecuteScalarAsync(cancellation);
        }
    }

    /// <summary>Whether the tables are there.</summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NpgsqlException">It cannot be reached.</exception>
    public static async Task<bool> Exists(NpgsqlDataSource source, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand(
            "SELECT " + string.Join(" AND ", Scripts.Select(s => $"to_regclass('{s.Table}') IS NOT NULL")));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    static string Text(string script)
    {
        using var stream = typeof(PostgresSchema).Assembly.GetManifestResourceStream(script)
            ?? throw new InvalidOperationException($"{script} is not part of the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
