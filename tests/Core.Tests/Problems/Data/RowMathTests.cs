using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class RowMathTests
{
    [Fact]
    public void Axpy_has_the_bits_of_a_product_and_a_sum_per_coordinate_and_leaves_the_rest()
    {
        for (var length = 0; length < 40; length++)
        {
            double[] x = ProblemCases.Point(length, 1, 1), y = ProblemCases.Point(length + 3, 1, 2);
            var expected = (double[])y.Clone();
            for (var i = 0; i < length; i++)
            {
                var product = Math.PI * x[i];
                expected[i] = y[i] + product;
            }

            RowMath.Axpy(Math.PI, x, y);

            Assert.Equal(expected, y);
        }
    }
}
