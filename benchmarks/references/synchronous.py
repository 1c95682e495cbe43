"""Vectorized minibatch SGD and local SGD with a server, logistic regression with one sample per worker.

synchronous.py WORKERS LOCAL-STEPS FEATURES STEP LAMBDA   prints worker-steps per second, in float64.

LOCAL-STEPS 0 is minibatch SGD: the gradient over all workers, which needs no gradient of each. Otherwise every worker makes
so many steps from the server's model, and the server takes the mean of theirs.
"""
import sys
import time

import numpy as np


def main():
    n, steps, features = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    step, regularization = float(sys.argv[4]), float(sys.argv[5])
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((n, features))
    labels = np.where(samples @ rng.standard_normal(features) > 0, 1.0, -1.0)
    x, local, work, margins = np.zeros(features), np.zeros((n, features)), np.zeros((n, features)), np.zeros(n)

    def slopes():
        np.multiply(margins, labels, out=margins)
        np.exp(margins, out=margins)
        np.add(margins, 1, out=margins)
        np.divide(labels, margins, out=margins)

    def minibatch(x):
        np.dot(samples, x, out=margins)
        slopes()
        return x - step * (regularization * x - margins @ samples / n)

    def rounds(x):
        local[:] = x
        for _ in range(steps):
            np.einsum("ij,ij->i", samples, local, out=margins)
            slopes()
            margins.__imul__(step)
            local.__imul__(1 - step * regularization)
            np.multiply(samples, margins[:, None], out=work)
            local.__iadd__(work)
        return local.mean(axis=0)

    once = rounds if steps else minibatch
    count = max(4, 4_000_000 // (n * max(1, steps)))
    for timed in (False, True):
        start = time.perf_counter()
        for _ in range(count if timed else 3):
            x = once(x)
    assert np.isfinite(x).all()
    print(n * max(1, steps) * count / (time.perf_counter() - start))


main()
