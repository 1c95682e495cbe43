using AsyncOpt.Core;

namespace AsyncOpt.Silo;

/// <summary>Turns the loss of a silo, and what the store cannot do, into a refusal that says to try again.</summary>
sealed class LossFilter : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (StorageException e) when (!context.HttpContext.Response.HasStarted)
        {
            Refusals.RetryLater(context.HttpContext.Response);
            return Refusals.Unkept(e);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException && !context.HttpContext.Response.HasStarted)
        {
            Refusals.RetryLater(context.HttpContext.Response);
            return Refusals.Unavailable();
        }
    }
}
