"""A plain numpy loop of federated averaging: multinomial logistic regression on MNIST images.

federated.py IMAGES LABELS CLIENTS PER_ROUND LOCAL_STEPS BATCH float64|float32 STEP   prints rounds per second.
"""
import gzip
import sys
import time

import numpy as np


def local_steps(w, images, targets, steps, batch, rate, rng):
    """SGD on the softmax loss; w has shape (784, classes)."""
    w = w.copy()
    for _ in range(steps):
        rows = rng.integers(len(images), size=batch)
        a, t = images[rows], targets[rows]
        p = a @ w
        p -= p.max(axis=1, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=1, keepdims=True)
        p -= t
        w -= rate / batch * (a.T @ p)
    return w


def main():
    with gzip.open(sys.argv[1]) as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(sys.argv[2]) as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    clients, per_round, steps, batch = map(int, sys.argv[3:7])
    width, rate = np.dtype(sys.argv[7]), np.dtype(sys.argv[7]).type(sys.argv[8])
    images, targets = images.astype(width) / width.type(255), np.eye(10, dtype=width)[labels]
    rng = np.random.default_rng(1)
    shards = np.array_split(rng.permutation(len(images)), clients)
    data = [(images[shard], targets[shard]) for shard in shards]
    w = np.zeros((784, 10), width)
    for rounds in (20, 100):
        start = time.perf_counter()
        for _ in range(rounds):
            chosen = rng.choice(clients, per_round, replace=False)
            total = np.zeros_like(w)
            for client in chosen:
                total += local_steps(w, *data[client], steps, batch, rate, rng)
            w = total / width.type(per_round)
    print(rounds / (time.perf_counter() - start))


main()
