"""The BLAS of numpy: products of square float32 matrices.

sgemm.py SIZE   prints GFLOP per second.
"""
import sys
import time

import numpy as np


def main():
    n = int(sys.argv[1])
    rng = np.random.default_rng(1)
    a, b = (rng.random((n, n), dtype=np.float32) for _ in range(2))
    c = np.empty((n, n), np.float32)
    for products in (5, 40):
        start = time.perf_counter()
        for _ in range(products):
            np.dot(a, b, out=c)
        seconds = time.perf_counter() - start
    print(2e-9 * n**3 * products / seconds)


main()
