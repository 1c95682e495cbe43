using Npgsql;

namespace AsyncOpt.Silo.Postgres;

/// <summary>The tables that silos need in PostgreSQL.</summary>
public static class PostgresSchema
{
    static readonly string[] Scripts = ["clustering.sql", "runs.sql"];

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
        foreach (var script in Scripts)
            await Execute(Text(script));
        await transaction.CommitAsync(cancellation);

        async Task Execute(string text)
        {
            await using var command = new NpgsqlCommand(text, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Whether the tables are there.</summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NpgsqlException">It cannot be reached.</exception>
    public static async Task<bool> Exists(NpgsqlDataSource source, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand(
            "SELECT to_regclass('orleansquery') IS NOT NULL AND to_regclass('run_store') IS NOT NULL");
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
