namespace AsyncOpt.Core.ComputeTimes;

/// <summary>All places are equally fast: every factor is 1.</summary>
[Speeds("equal")]
public sealed class EqualSpeeds : Speeds
{
    /// <inheritdoc/>
    public override double[] Factors(SpeedContext context)
    {
        var factors = new double[context.Places];
        Array.Fill(factors, 1);
        return factors;
    }
}
