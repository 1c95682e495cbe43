namespace AsyncOpt.Silo.Tests.Postgres;

/// <summary>One server for all tests that need one; each takes a database of its own.</summary>
[CollectionDefinition(nameof(PostgresCollection))]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>;
