"""Asynchronous SGD with a server, logistic regression with one sample per worker.

async_sgd.py heap|simpy WORKERS FEATURES STEP LAMBDA   prints updates per second.

The model's way down, the gradient and its way up take 0.1 + 0.9 E ms each. heap: one entry per worker, which is due when
its gradient arrives; the gradient is computed then, at the model the worker had got. simpy: a process per worker, as one
usually writes it; needs SimPy.
"""
import heapq
import math
import sys
import time

import numpy as np


def problem(workers, features):
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((workers, features))
    labels = np.where(samples @ rng.standard_normal(features) > 0, 1.0, -1.0)
    return rng, list(samples), labels.tolist()


class Heap:
    def __init__(self, workers, features, step, regularization):
        self.rng, self.samples, self.labels = problem(workers, features)
        self.step, self.regularization = step, regularization
        self.x = np.zeros(features)
        self.models = [self.x] * workers
        self.queue = list(zip(self.delays(workers), range(workers)))
        heapq.heapify(self.queue)

    def delays(self, n):
        return (1e-3 * (0.3 + 0.9 * self.rng.standard_gamma(3, n))).tolist()

    def run(self, updates):
        x, models, queue, step, keep = self.x, self.models, self.queue, self.step, self.step * self.regularization
        samples, labels, exp = self.samples, self.labels, math.exp
        for delay in self.delays(updates):
            now, worker = queue[0]
            a, y, model = samples[worker], labels[worker], models[worker]
            # x := x - step (lambda m - y a / (1 + exp(y a.m))); the old x may be some worker's model
            x = x + (step * y / (1 + exp(y * a.dot(model)))) * a
            x -= keep * model
            models[worker] = x
            heapq.heapreplace(queue, (now + delay, worker))
        self.x = x


class Processes:
    def __init__(self, workers, features, step, regularization):
        import simpy

        self.rng, self.samples, self.labels = problem(workers, features)
        self.step, self.regularization = step, regularization
        self.x, self.updates = np.zeros(features), 0
        self.environment = simpy.Environment()
        for worker in range(workers):
            self.environment.process(self.work(worker))

    def wait(self):
        return self.environment.timeout(1e-3 * (0.1 + 0.9 * self.rng.standard_exponential()))

    def work(self, worker):
        a, y = self.samples[worker], self.labels[worker]
        while True:
            model = self.x
            yield self.wait()
            gradient = self.regularization * model - (y / (1 + np.exp(y * (a @ model)))) * a
            yield self.wait()
            yield self.wait()
            self.x = self.x - self.step * gradient
            self.updates += 1

    def run(self, updates):
        until = self.updates + updates
        while self.updates < until:
            self.environment.step()


def main():
    form, workers, features = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    loop = (Heap if form == "heap" else Processes)(workers, features, float(sys.argv[4]), float(sys.argv[5]))
    loop.run(max(2000, workers))
    updates = max(40_000, workers) if form == "heap" else 20_000
    start = time.perf_counter()
    loop.run(updates)
    seconds = time.perf_counter() - start
    assert np.isfinite(loop.x).all()
    print(updates / seconds)


main()
