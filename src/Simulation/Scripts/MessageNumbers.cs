using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>What a message carries beside vectors.</summary>
readonly record struct MessageNumbers(double First, double Second, double Third, double Fourth)
{
    public double this[int i] => i switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => Fourth,
    };

    public static MessageNumbers Of(in Message m) => new(m.Scalar, m.Scalar1, m.Scalar2, m.Scalar3);
}
