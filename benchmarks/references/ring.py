"""Vectorized D-SGD (adapt while communicate) on a ring, logistic regression with one sample per agent, weights 1/3.

ring.py AGENTS FEATURES float64|float32 STEP LAMBDA BLOCK   prints agent-steps per second.

Nothing is allocated in the loop, and the ring's ends are copies beside the array. Agents are taken BLOCK at a time, so
that temporaries stay in the cache; 0 takes whole arrays, as one usually writes it.
"""
import sys
import time

import numpy as np


def iterate(x, y, samples, labels, step, regularization, work, margins):
    """y := W x - step * gradient(x); rows 1 to n are the agents, rows 0 and n + 1 copies of the other end."""
    n, block = len(samples), len(work)
    third, own = x.dtype.type(1 / 3), x.dtype.type(1 / 3 - step * regularization)
    x[0], x[n + 1] = x[n], x[1]
    for low in range(0, n, block):
        high = min(low + block, n)
        a, t, m = samples[low:high], work[: high - low], margins[: high - low]
        here, there = x[low + 1:high + 1], y[low + 1:high + 1]
        # step y / (1 + exp(y a.x))
        np.einsum("ij,ij->i", a, here, out=m)
        m *= labels[low:high]
        np.exp(m, out=m)
        m += 1
        np.divide(labels[low:high], m, out=m)
        m *= x.dtype.type(step)
        np.add(x[low:high], x[low + 2:high + 2], out=there)
        there *= third
        np.multiply(here, own, out=t)
        there += t
        np.multiply(a, m[:, None], out=t)
        there += t


def main():
    n, features, width = int(sys.argv[1]), int(sys.argv[2]), np.dtype(sys.argv[3])
    step, regularization = float(sys.argv[4]), float(sys.argv[5])
    block = int(sys.argv[6]) or n
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((n, features)).astype(width)
    labels = np.where(samples @ rng.standard_normal(features) > 0, 1, -1).astype(width)
    x, y = np.zeros((n + 2, features), width), np.zeros((n + 2, features), width)
    work, margins = np.zeros((block, features), width), np.zeros(block, width)
    iterations = max(4, 4_000_000 // n)
    for timed in (False, True):
        start = time.perf_counter()
        for _ in range(iterations if timed else 3):
            iterate(x, y, samples, labels, step, regularization, work, margins)
            x, y = y, x
    print(n * iterations / (time.perf_counter() - start))


main()
