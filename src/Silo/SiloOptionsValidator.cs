using System.Net;
using AsyncOpt.Silo.Postgres;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Silo;

/// <summary>Refuses settings that do not go together.</summary>
sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        var wrong = Violations(options).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    /// <summary>Whether every address is one of this machine alone.</summary>
    public static bool IsLoopback(string addresses) =>
        Addresses(addresses).All(a => a.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(a.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));

    static List<BindingAddress> Addresses(string addresses) =>
        addresses.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(BindingAddress.Parse).ToList();

    static IEnumerable<string> Violations(SiloOptions options)
    {
        if (!IsReadable(options.Http))
            yield return $"--http: expected an address such as http://127.0.0.1:5080, got '{options.Http}'";
        else if (!IsLoopback(options.Http) && string.IsNullOrEmpty(options.ApiKey))
        {
            yield return $"--http: {options.Http} can be reached from other machines, so a key is needed: set "
                + "ASYNCOPT_API_KEY to a secret of at least 16 characters, or listen on http://127.0.0.1:5080";
        }
        if (options.ApiKey is { } key && !key.All(c => c is >= ' ' and <= '~'))
            yield return "--api-key: expected letters, digits and signs of ASCII, as a header of HTTP can have";
        if (options.PrimaryPort is not null && options.Clustering != Clustering.Localhost)
            yield return "--primary-port: only localhost clustering has a first silo; leave it out";
        if (!IPAddress.TryParse(options.SiloAddress, out _))
            yield return $"--silo-address: expected an address such as 192.168.1.7, got '{options.SiloAddress}'";
        if (options.NeedsDatabase && PostgresSource.Wrong(options.ConnectionString) is { } wrong)
            yield return $"--connection-string: {wrong}";
        if (options.Telemetry is { } telemetry && !SiloTelemetry.IsEndpoint(telemetry))
            yield return $"--telemetry: expected an address such as http://localhost:4317, got '{telemetry}'";
        if (options.PrimaryPort == options.SiloPort)
            yield return $"--primary-port: {options.PrimaryPort} is this silo's own port; set another --silo-port";
    }

    static bool IsReadable(string addresses)
    {
        try
        {
            return Addresses(addresses) is { Count: > 0 } read && read.TrueForAll(a => a.Port <= IPEndPoint.MaxPort);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
