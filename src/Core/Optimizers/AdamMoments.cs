using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// What Adam and its relatives share: <c>m := beta1 m + (1 - beta1) g, v := beta2 v + (1 - beta2) g^2,
/// x := decay x - eta mh / (sqrt(vh) + eps)</c> with <c>mh = m / (1 - beta1^t), vh = v / (1 - beta2^t)</c>,
/// elementwise.
/// </summary>
/// <param name="Beta1">The share of m that stays.</param>
/// <param name="Beta2">The share of v that stays.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="WeightDecay">lambda in decay = 1 - eta lambda; 0 for none.</param>
public readonly record struct AdamMoments(double Beta1, double Beta2, double Epsilon, double WeightDecay)
{
    /// <summary>eta / (1 - beta1^t): the factor of m.</summary>
    public double MeanFactor(double rate, long t) => rate / (1 - ExactMath.Pow(Beta1, t));

    /// <summary>1 / sqrt(1 - beta2^t): the factor of sqrt(v).</summary>
    public double RootFactor(long t) => 1 / Math.Sqrt(1 - ExactMath.Pow(Beta2, t));

    /// <summary>What the point is multiplied by before the step.</summary>
    public double Decay(double rate) => 1 - (rate * WeightDecay);

    /// <summary>Takes one coordinate of a gradient into its moments.</summary>
    public void Update(ref double m, ref double v, double g)
    {
        m = (Beta1 * m) + ((1 - Beta1) * g);
        v = (Beta2 * v) + ((1 - Beta2) * (g * g));
    }

    /// <summary>One step, in plain scalar form.</summary>
    public void Step(in OptimizerStep<double> step)
    {
        double mean = MeanFactor(step.Rate, step.Number), root = RootFactor(step.Number), decay = Decay(step.Rate);
        var x = step.X;
        var m = step.State0;
        var v = step.State1;
        for (var k = 0; k < x.Length; k++)
        {
            Update(ref m[k], ref v[k], step.Gradient[k]);
            x[k] = (decay * x[k]) - (mean * m[k] / ((root * Math.Sqrt(v[k])) + Epsilon));
        }
    }
}
