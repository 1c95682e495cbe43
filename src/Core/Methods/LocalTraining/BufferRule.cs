using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>
/// Collects updates, and makes one step of the outer optimizer along the mean of every N of them; in between the model
/// stays as it is, while workers go on from it.
/// </summary>
/// <remarks>The sum of weighed updates is divided by N, not by the sum of their weights.</remarks>
/// <param name="options">The size.</param>
[ServerRule("buffer", Source = "Nguyen et al., FedBuff, AISTATS 2022, algorithm 1")]
public sealed class BufferRule(BufferRule.Options options) : ServerRule
{
    /// <summary>Options of <see cref="BufferRule"/>.</summary>
    public sealed record Options
    {
        /// <summary>N; null for the number of workers.</summary>
        [Range(1, 1 << 24)]
        public int? Size { get; init; }
    }

    /// <inheritdoc/>
    public override int UpdatesPerChange(int workers) => options.Size ?? workers;

    /// <inheritdoc/>
    public override ServerUpdate Bind(RoleLayout role, Vector model, OuterOptimizer outer, int workers)
    {
        outer.Declare(role);
        return new Update(model, role.Vector("buffer", Dim.Parameters), outer, UpdatesPerChange(workers));
    }

    sealed class Update(Vector model, Vector sum, OuterOptimizer outer, int size) : ServerUpdate
    {
        public override bool Apply(ref OuterState s, Effects e, Operand update, double weight)
        {
            e.Axpy(1, update, sum);
            if (++s.Collected < size)
                return false;
            e.Scale(1.0 / size, sum);
            outer.Step(ref s, e, sum, model);
            e.Fill(0, sum);
            s.Collected = 0;
            return true;
        }
    }
}
