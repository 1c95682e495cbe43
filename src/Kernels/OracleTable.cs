#pragma warning disable CS1591
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Kernels;

public sealed class OracleTable<T>(Problem problem)
    where T : unmanaged
{
    public FastOracle<T> Form(Oracle oracle) => new Plain(problem.Oracles.First(o => o.Oracle.Name == oracle.Name));

    sealed class Plain(OracleForm form) : FastOracle<T>
    {
        public override void Evaluate(in OracleCall<T> call)
        {
            if (typeof(T) == typeof(double))
            {
                var c = new OracleCall<double>
                {
                    Input = System.Runtime.InteropServices.MemoryMarshal.Cast<T, double>(call.Input),
                    Output = System.Runtime.InteropServices.MemoryMarshal.Cast<T, double>(call.Output),
                    Scalars = call.Scalars, Place = call.Place, Samples = call.Samples, Noise = call.Noise,
                };
                form.Evaluate(in c);
            }
        }
    }
}
