using System.Net;

namespace AsyncOpt.Client.Remote;

/// <summary>A silo that cannot be reached, has no room or fails: nothing that the user gave wrong.</summary>
/// <param name="message">One message for the user.</param>
/// <param name="inner">What it came from.</param>
sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the silo answered; null where it did not.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>When the silo said to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same may go well a little later.</summary>
    public bool IsTransient => Status is null or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout;
}
