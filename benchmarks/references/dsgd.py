"""Vectorized D-SGD (adapt while communicate), logistic regression with one sample per agent, equal weights.

dsgd.py AGENTS DEGREE FEATURES float64|float32 STEP LAMBDA BLOCK   prints agent-steps per second.

DEGREE 2 is the ring, whose ends are copies beside the array; any other even degree is a random graph: DEGREE / 2 random
permutations, each agent a neighbour of its image and of its origin. Nothing is allocated in the loop. Agents are taken
BLOCK at a time, so that temporaries stay in the cache; 0 takes whole arrays, as one usually writes it.
"""
import sys
import time

import numpy as np


def gradients(here, there, keep, samples, labels, step, work, margins):
    """there += keep * here - step * gradient, without the regularization, which is in keep."""
    np.einsum("ij,ij->i", samples, here, out=margins)
    margins *= labels
    np.exp(margins, out=margins)
    margins += 1
    np.divide(labels, margins, out=margins)
    margins *= step
    np.multiply(here, keep, out=work)
    there += work
    np.multiply(samples, margins[:, None], out=work)
    there += work


def ring(x, y, low, high, work, neighbours):
    """The sum of both neighbours; rows 1 to n are the agents, rows 0 and n + 1 copies of the other end."""
    np.add(x[low:high], x[low + 2:high + 2], out=y[low + 1:high + 1])


def regular(x, y, low, high, work, neighbours):
    there = y[low + 1:high + 1]
    np.take(x, neighbours[0, low:high], axis=0, out=there, mode="clip")
    for row in neighbours[1:]:
        np.take(x, row[low:high], axis=0, out=work, mode="clip")
        there += work


def graph(n, degree, rng):
    """Row numbers of the neighbours, one array per neighbour."""
    rows = []
    for _ in range(degree // 2):
        image = rng.permutation(n)
        origin = np.empty_like(image)
        origin[image] = np.arange(n)
        rows += [image + 1, origin + 1]
    return np.array(rows)


def main():
    n, degree, features, width = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), np.dtype(sys.argv[4])
    step, regularization = float(sys.argv[5]), float(sys.argv[6])
    block = int(sys.argv[7]) or n
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((n, features)).astype(width)
    labels = np.where(samples @ rng.standard_normal(features) > 0, 1, -1).astype(width)
    mix, neighbours = (ring, None) if degree == 2 else (regular, graph(n, degree, rng))
    share = width.type(1 / (degree + 1))
    keep, step = width.type(1 / (degree + 1) - step * regularization), width.type(step)
    x, y = np.zeros((n + 2, features), width), np.zeros((n + 2, features), width)
    work, margins = np.zeros((block, features), width), np.zeros(block, width)
    iterations = max(4, 2_000_000 // n)
    for timed in (False, True):
        start = time.perf_counter()
        for _ in range(iterations if timed else 3):
            x[0], x[n + 1] = x[n], x[1]
            for low in range(0, n, block):
                high = min(low + block, n)
                a, t, m = samples[low:high], work[: high - low], margins[: high - low]
                here, there = x[low + 1:high + 1], y[low + 1:high + 1]
                mix(x, y, low, high, t, neighbours)
                there *= share
                gradients(here, there, keep, a, labels[low:high], step, t, m)
            x, y = y, x
    print(n * iterations / (time.perf_counter() - start))


main()
