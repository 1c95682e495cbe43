"""Numpy loops of SGD by a token on a simple random walk: one token, one sample per node, logistic regression.

srw.py plain|careful GRAPH FEATURES STEP LAMBDA   prints steps per second.

plain draws with rng.choice and writes the gradient out, as one usually does; careful draws many numbers at once and
allocates little. GRAPH is the number of nodes, then edges a-b, all separated by commas.
"""
import math
import sys
import time

import numpy as np


def plain(steps, node, theta, neighbours, weights, samples, labels, step, regularization, rng):
    for _ in range(steps):
        node = rng.choice(neighbours[node])
        a, y = samples[node], labels[node]
        gradient = regularization * theta - (y / (1 + np.exp(y * (a @ theta)))) * a
        theta -= step * weights[node] * gradient
    return node


def careful(steps, node, theta, neighbours, weights, samples, labels, step, regularization, rng):
    samples, work = list(samples), np.empty_like(theta)
    for share in rng.random(steps).tolist():
        near = neighbours[node]
        node = near[int(share * len(near))]
        a, y, s = samples[node], labels[node], step * weights[node]
        pull = s * y / (1 + math.exp(y * a.dot(theta)))
        theta *= 1 - s * regularization
        np.multiply(a, pull, out=work)
        theta += work
    return node


def main():
    nodes, *edges = sys.argv[2].split(",")
    n, features, step, regularization = int(nodes), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
    neighbours = [[] for _ in range(n)]
    for edge in edges:
        a, b = map(int, edge.split("-"))
        neighbours[a].append(b)
        neighbours[b].append(a)
    weights = [2 * len(edges) / n / len(near) for near in neighbours]
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((n, features))
    labels = np.where(samples @ rng.standard_normal(features) > 0, 1.0, -1.0).tolist()
    walk = plain if sys.argv[1] == "plain" else careful
    args = (np.zeros(features), neighbours, weights, samples, labels, step, regularization, rng)
    node = walk(2000, 0, *args)
    start = time.perf_counter()
    walk(20000, node, *args)
    print(20000 / (time.perf_counter() - start))


main()
