using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Silo;

/// <summary>
/// Lets requests pass that bear the key; without a key, those that came over the loopback address, whatever addresses
/// the server was made to listen on.
/// </summary>
sealed class KeyFilter(IOptions<SiloOptions> options) : IEndpointFilter
{
    const string Scheme = "Bearer ";

    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Refusal(http) is not { } refusal)
            return next(context);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return ValueTask.FromResult<object?>(Refusals.Unauthorized(refusal));
    }

    string? Refusal(HttpContext http)
    {
        if (options.Value.ApiKey is not { } key)
        {
            return http.Connection.LocalIpAddress is not { } address || IPAddress.IsLoopback(address)
                ? null
                : "this silo has no key, so it answers its own machine only; set ASYNCOPT_API_KEY where it runs";
        }
        var given = http.Request.Headers.Authorization.ToString();
        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return "this silo asks for its key: send 'Authorization: Bearer KEY', or set ASYNCOPT_API_KEY for asyncopt";
        return CryptographicOperations.FixedTimeEquals(Hash(given[Scheme.Length..].Trim()), Hash(key))
            ? null
            : "that is not the key of this silo; look at ASYNCOPT_API_KEY on both sides";
    }

    // Hashes have one length, so the comparison tells nothing about the key's.
    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
