namespace AsyncOpt.Core.Numerics;

/// <summary>
/// The normal law with mean 0 and variance 1, of + - * / and square roots beside <see cref="ExactMath"/>, so that every
/// machine gives the same bits.
/// </summary>
public static class StandardNormal
{
    // Beyond this nothing is left of a float64.
    const double Far = 37;

    // Where the rational function ends and the continued fraction begins.
    const double Split = 7.07106781186547;

    const double RootTwoPi = 2.5066282746310005;

    // Numerator and denominator of the distribution function, by descending powers.
    static readonly double[] Upper =
    [
        3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
        220.206867912376,
    ];

    static readonly double[] Lower =
    [
        8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
        793.826512519948, 440.413735824752,
    ];

    // The same of the quantile: in the middle, at the sides, and in the tails.
    static readonly double[] MiddleUpper =
    [
        2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
        1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080,
    ];

    static readonly double[] MiddleLower =
    [
        5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
        5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1,
    ];

    static readonly double[] SideUpper =
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
        3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
    ];

    static readonly double[] SideLower =
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1,
    ];

    static readonly double[] TailUpper =
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
    ];

    static readonly double[] TailLower =
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
    ];

    /// <summary>The probability of a number of at most z, within 1e-15; far out, within 2e-8 of itself.</summary>
    /// <remarks>
    /// J. F. Hart et al., "Computer Approximations", 1968, no. 5666, as in G. West, Wilmott Magazine, May 2005, 70.
    /// </remarks>
    /// <param name="z">Any number.</param>
    public static double Below(double z)
    {
        var x = Math.Abs(z);
        if (!(x <= Far))
            return double.IsNaN(z) ? z : z > 0 ? 1 : 0;
        var density = ExactMath.Exp(-0.5 * x * x);
        var beyond = x < Split
            ? density * Polynomial(Upper, x) / Polynomial(Lower, x)
            : density / (x + (1 / (x + (2 / (x + (3 / (x + (4 / (x + 0.65))))))))) / RootTwoPi;
        return z > 0 ? 1 - beyond : beyond;
    }

    /// <summary>The number z with <see cref="Below"/>(z) = share, with a relative error of about 1e-15.</summary>
    /// <remarks>M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988) 477, PPND16.</remarks>
    /// <param name="share">Above 0 and below 1.</param>
    public static double Quantile(double share)
    {
        var q = share - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var middle = 0.180625 - (q * q);
            return q * Polynomial(MiddleUpper, middle) / Polynomial(MiddleLower, middle);
        }
        var r = Math.Sqrt(-ExactMath.Log(q < 0 ? share : 1 - share));
        var z = r <= 5
            ? Polynomial(SideUpper, r - 1.6) / Polynomial(SideLower, r - 1.6)
            : Polynomial(TailUpper, r - 5) / Polynomial(TailLower, r - 5);
        return q < 0 ? -z : z;
    }

    static double Polynomial(double[] coefficients, double x)
    {
        var value = 0.0;
        foreach (var coefficient in coefficients)
            value = (value * x) + coefficient;
        return value;
    }
}
