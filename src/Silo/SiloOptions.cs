using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Silo;

/// <summary>How silos find each other.</summary>
public enum Clustering
{
    /// <summary>Silos of one machine, by the first of them.</summary>
    Localhost,

    /// <summary>Silos of several machines, by a table in PostgreSQL.</summary>
    PostgreSql,
}

/// <summary>Where runs are kept.</summary>
public enum Store
{
    /// <summary>In a folder that all silos see.</summary>
    File,

    /// <summary>In PostgreSQL.</summary>
    PostgreSql,
}

/// <summary>How a silo and its gateway are set up.</summary>
public sealed class SiloOptions
{
    /// <summary>The address that the gateway listens on; port 0 takes a free one.</summary>
    [Required]
    public string Http { get; set; } = "http://127.0.0.1:5080";

    /// <summary>
    /// The key that requests must bear, at least 16 characters; needed as soon as the gateway listens beyond this
    /// machine. Better given by ASYNCOPT_API_KEY than on the command line, which other users of the machine can read.
    /// </summary>
    [MinLength(16)]
    public string? ApiKey { get; set; }

    /// <summary>How silos find each other.</summary>
    public Clustering Clustering { get; set; }

    /// <summary>Where runs are kept.</summary>
    public Store Store { get; set; }

    /// <summary>
    /// How to reach the database of PostgreSQL, for instance Host=db;Username=asyncopt;Database=asyncopt. Better given
    /// by ASYNCOPT_CONNECTION_STRING than on the command line, where it holds a password.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The name of the cluster; silos of another name are strangers.</summary>
    [Required]
    public string Cluster { get; set; } = "asyncopt";

    /// <summary>
    /// PostgreSQL clustering: the address at which other silos reach this one. What comes there needs no key, so only
    /// silos should be able to.
    /// </summary>
    [Required]
    public string SiloAddress { get; set; } = "127.0.0.1";

    /// <summary>The port for other silos.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>
    /// Localhost clustering: the silo port of the first silo, which this one joins; without it, this silo is the first.
    /// </summary>
    [Range(1, 65535)]
    public int? PrimaryPort { get; set; }

    /// <summary>
    /// The address of an OTLP collector over gRPC, for instance http://localhost:4317, that gets traces and metrics;
    /// without it there are none.
    /// </summary>
    public string? Telemetry { get; set; }

    /// <summary>Whether something of it is in PostgreSQL.</summary>
    internal bool NeedsDatabase => Clustering == Clustering.PostgreSql || Store == Store.PostgreSql;

    /// <summary>The largest request body that is read, in bytes.</summary>
    [Range(1 << 10, 1 << 28)]
    public int BodyBytesMax { get; set; } = 16 << 20;
}
