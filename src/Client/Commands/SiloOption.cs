using System.CommandLine;
using AsyncOpt.Client.Remote;
using AsyncOpt.Core;

namespace AsyncOpt.Client.Commands;

/// <summary>The option that names a silo's gateway.</summary>
static class SiloOption
{
    /// <summary>The environment variable with the address of commands that always need a silo.</summary>
    public const string Variable = "ASYNCOPT_SILO";

    const string Default = "http://localhost:5080";

    /// <summary>For commands that need a silo.</summary>
    public static Option<string?> Defaulted() => new("--silo")
    {
        Description = $"The address of a silo's gateway, or several of one cluster with commas between; instead of "
            + $"{Variable} or {Default}.",
        HelpName = "URL",
    };

    /// <summary>What speaks to the silo of an option.</summary>
    /// <exception cref="InputException">It is no address.</exception>
    public static GatewayClient Gateway(ParseResult parsed, Option<string?> option, Session session)
    {
        var given = parsed.GetValue(option);
        var variable = Environment.GetEnvironmentVariable(Variable);
        var text = given ?? (string.IsNullOrWhiteSpace(variable) ? Default : variable);
        var gateways = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(one => Uri.TryCreate(one, UriKind.Absolute, out var silo) && silo.Scheme is "http" or "https"
                ? silo
                : throw Wrong(one)).ToList();
        if (gateways.Count == 0)
            throw Wrong(text);
        var client = session.Services.Gateway(gateways[0]);
        gateways.Skip(1).ToList().ForEach(client.Add);
        return client;

        InputException Wrong(string address) => new(
            $"{(given is null ? Variable : option.Name)} expects an address such as {Default}; got '{address}'");
    }
}
