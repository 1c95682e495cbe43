"""Numpy loops of sa-srrw over the Metropolis-Hastings walk: one token, one sample per node, logistic regression.

srrw.py plain|careful GRAPH FEATURES ALPHA LAMBDA   prints steps per second.

plain takes a whole row of the walk's matrix and rng.choice, as one usually writes it; careful looks at the neighbours
only, and draws by inversion. GRAPH is the number of nodes, then edges a-b, all separated by commas.
"""
import sys
import time

import numpy as np


def plain(node, x, rows, alpha, rng):
    n = len(x)
    w = rows[node] * (x * n) ** -alpha
    return rng.choice(n, p=w / w.sum())


def careful(node, x, rows, alpha, rng):
    targets, weights = rows[node]
    cumulated = (weights * (x[targets] * len(x)) ** -alpha).cumsum()
    return targets[cumulated.searchsorted(rng.random() * cumulated[-1])]


def walk(move, steps, first, node, x, theta, rows, samples, labels, alpha, regularization, rng):
    for k in range(first, first + steps):
        node = move(node, x, rows, alpha, rng)
        gamma = (k + 2) ** -0.8
        x *= 1 - gamma
        x[node] += gamma
        a, y = samples[node], labels[node]
        gradient = regularization * theta - (y / (1 + np.exp(y * (a @ theta)))) * a
        theta -= (k + 2) ** -0.9 * gradient
    return node


def main():
    nodes, *edges = sys.argv[2].split(",")
    n, features = int(nodes), int(sys.argv[3])
    alpha, regularization = float(sys.argv[4]), float(sys.argv[5])
    neighbours = [[] for _ in range(n)]
    for edge in edges:
        a, b = map(int, edge.split("-"))
        neighbours[a].append(b)
        neighbours[b].append(a)
    sparse, dense = [], np.zeros((n, n))
    for i in range(n):
        degree = len(neighbours[i])
        weights = [min(1, degree / len(neighbours[j])) for j in neighbours[i]]
        weights.append(max(0, degree - sum(weights)))
        sparse.append((np.array(neighbours[i] + [i]), np.array(weights)))
        dense[i][neighbours[i] + [i]] = weights
    move, rows = (plain, dense) if sys.argv[1] == "plain" else (careful, sparse)
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((n, features))
    labels = np.where(samples @ rng.standard_normal(features) > 0, 1.0, -1.0)
    x, theta = np.full(n, 1 / n), np.zeros(features)
    args = (x, theta, rows, samples, labels, alpha, regularization, rng)
    node = walk(move, 2000, 0, 0, *args)
    start = time.perf_counter()
    walk(move, 20000, 2000, node, *args)
    print(20000 / (time.perf_counter() - start))


main()
