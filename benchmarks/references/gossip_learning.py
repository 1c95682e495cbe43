"""Gossip learning: once a period each node sends its model to a random neighbour, which takes the mean of both models
and makes a step on all its samples (logistic regression).

gossip_learning.py plain|careful|scan|simpy NODES DEGREE FEATURES SAMPLES PERIOD DELAY STEP LAMBDA   prints updates per second.

Delays are uniform in (0, DELAY). plain, careful: a heap of what happens next; plain writes the update and the draws as
one usually does, careful allocates little and draws many numbers at once. The others take the careful update. scan: time
goes on in units, and in each one every node is looked at, as simulators of gossip learning do. simpy: a process per node
and per message; needs SimPy.
"""
import heapq
import sys
import time

import numpy as np


class Nodes:
    """The models and what an update does to them."""

    def __init__(self, nodes, degree, features, samples, period, delay, step, regularization):
        self.rng = np.random.default_rng(1)
        self.period, self.delay, self.updates = period, delay, 0
        data = self.rng.standard_normal((nodes, samples, features))
        labels = np.where(data @ self.rng.standard_normal(features) > 0, 1.0, -1.0)
        self.signed = list(data * labels[:, :, None])  # y a: all that the gradient needs
        self.models = [np.zeros(features) for _ in range(nodes)]
        self.pull, self.keep = step / samples, 1 - step * regularization
        images = [self.rng.permutation(nodes) for _ in range(degree // 2)]
        self.neighbours = [[int(p[i]) for p in images] + [int(np.flatnonzero(p == i)[0]) for p in images]
                           for i in range(nodes)]
        self.phases = (period * self.rng.random(nodes)).tolist()

    def update(self, node, model):
        w, ya = self.models[node], self.signed[node]
        w += model
        w *= 0.5
        # w := w - step (lambda w - mean y a / (1 + exp(y a.w)))
        m = ya.dot(w)
        np.exp(m, out=m)
        m += 1
        np.divide(self.pull, m, out=m)
        pull = m.dot(ya)
        w *= self.keep
        w += pull
        self.updates += 1

    def draw(self, node):
        near = self.neighbours[node]
        return near[int(self.rng.random() * len(near))]


class Heap(Nodes):
    def __init__(self, *options):
        super().__init__(*options)
        self.queue = [(phase, node, node, None) for node, phase in enumerate(self.phases)]
        heapq.heapify(self.queue)
        self.number = len(self.queue)  # so that entries never compare their models

    def run(self, updates):
        queue, neighbours, models, until = self.queue, self.neighbours, self.models, self.updates + updates
        draws = iter(self.rng.random(4 * updates + 1000).tolist())
        while self.updates < until:
            now, _, node, model = queue[0]
            if model is not None:
                heapq.heappop(queue)
                self.update(node, model)
                continue
            near = neighbours[node]
            self.number += 2
            heapq.heapreplace(queue, (now + self.period, self.number, node, None))
            to = near[int(next(draws) * len(near))]
            heapq.heappush(queue, (now + self.delay * next(draws), self.number + 1, to, models[node].copy()))


class Plain(Nodes):
    def __init__(self, *options):
        super().__init__(*options)
        self.queue, self.number = [], 0
        for node, phase in enumerate(self.phases):
            self.push(phase, node, None)

    def push(self, at, node, model):
        """Entries have numbers, so that they never compare their models; without a model it is time to send."""
        self.number += 1
        heapq.heappush(self.queue, (at, self.number, node, model))

    def update(self, node, model):
        w, ya = 0.5 * (self.models[node] + model), self.signed[node]
        gradient = -(ya / (1 + np.exp(ya @ w))[:, None]).sum(axis=0)
        self.models[node] = self.keep * w - self.pull * gradient
        self.updates += 1

    def run(self, updates):
        until = self.updates + updates
        while self.updates < until:
            now, _, node, model = heapq.heappop(self.queue)
            if model is None:
                self.push(now + self.period, node, None)
                to = self.rng.choice(self.neighbours[node])
                self.push(now + self.rng.uniform(0, self.delay), to, self.models[node].copy())
            else:
                self.update(node, model)


class Scan(Nodes):
    def __init__(self, *options):
        super().__init__(*options)
        self.now, self.due = 0, {}

    def run(self, updates):
        until, period = self.updates + updates, int(self.period)
        phases = [int(p) for p in self.phases]
        while self.updates < until:
            for node in self.rng.permutation(len(phases)).tolist():
                if self.now % period == phases[node]:
                    at = self.now + int(self.rng.integers(0, int(self.delay) + 1))
                    self.due.setdefault(at, []).append((self.draw(node), self.models[node].copy()))
            for node, model in self.due.pop(self.now, ()):
                self.update(node, model)
            self.now += 1


class Processes(Nodes):
    def __init__(self, *options):
        import simpy

        super().__init__(*options)
        self.environment = simpy.Environment()
        for node in range(len(self.models)):
            self.environment.process(self.send(node))

    def send(self, node):
        yield self.environment.timeout(self.phases[node])
        while True:
            self.environment.process(self.deliver(self.draw(node), self.models[node].copy()))
            yield self.environment.timeout(self.period)

    def deliver(self, node, model):
        yield self.environment.timeout(self.delay * self.rng.random())
        self.update(node, model)

    def run(self, updates):
        until = self.updates + updates
        while self.updates < until:
            self.environment.step()


def main():
    sizes, numbers = map(int, sys.argv[2:6]), map(float, sys.argv[6:10])
    loop = {"plain": Plain, "careful": Heap, "scan": Scan, "simpy": Processes}[sys.argv[1]](*sizes, *numbers)
    loop.run(2000)
    start = time.perf_counter()
    loop.run(20_000)
    print(20_000 / (time.perf_counter() - start))


main()
