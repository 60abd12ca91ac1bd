"""The best way to cut many street sides into rows at once, when seats have prices: a shortest path along each side, all sides in step.

A chain is one side (of one district), its links are house numbers in order. Each link goes to one building; going on with another building
than the link before costs a fixed price. Everything is integers, so values are exact; of equal choices the lowest building wins.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .problem import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Links laid out by step along their chain, longest chain first, so that the chains still running are always the first ones.

    ``cost`` (steps, buildings, chains) and ``weight`` (steps, chains), 0 past a chain's end; ``running`` (steps,) chains at each step;
    ``step`` and ``chain`` (links,) say where a link lies; ``length`` (chains,).
    """

    cost: Ints
    weight: Ints
    running: Ints
    step: Ints
    chain: Ints
    length: Ints

    @classmethod
    def of(cls, chain: Ints, cost: Ints, weight: Ints) -> "Chains":
        """Chains from links in order: ``chain`` (links,) ascending from 0, ``cost`` (links, buildings), ``weight`` (links,)."""
        length = np.bincount(chain)
        place = np.empty(len(length), np.int64)
        place[np.argsort(-length, kind="stable")] = np.arange(len(length))
        step = np.arange(len(chain)) - (np.cumsum(length) - length)[chain]
        laid = place[chain]
        steps = int(length.max(initial=0))
        table = np.zeros((steps, cost.shape[1], len(length)), np.int64)
        table[step, :, laid] = cost
        weights = np.zeros((steps, len(length)), np.int64)
        weights[step, laid] = weight
        ordered = np.sort(length)[::-1]
        running = np.searchsorted(-ordered, -np.arange(steps), side="left")
        return cls(table, weights, running.astype(np.int64), step, laid, ordered)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(steps, chains): not past a chain's end."""
        return np.arange(len(self.running))[:, None] < self.length

    def priced(self, price: Ints) -> Ints:
        """Cost with seats at ``price`` (buildings,) per unit of weight."""
        return np.asarray(self.cost + self.weight[:, None, :] * price[None, :, None])

    def spread(self, values: Ints) -> Ints:
        """From (links,) in order to (steps, chains)."""
        result = np.zeros(self.weight.shape, values.dtype)
        result[self.step, self.chain] = values
        return result

    def gather(self, table: NDArray[np.int64]) -> Ints:
        """From (steps, chains) to (links,) in order."""
        return table[self.step, self.chain]


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """One choice of buildings for each of some chains: ``chain`` (paths,), ``label`` (steps, paths) int16 (-1 past the end)."""

    chain: Ints
    label: NDArray[np.int16]
    cost: Ints
    load: Ints

    def __len__(self) -> int:
        return len(self.chain)

    def take(self, chosen: NDArray[np.intp] | Ints) -> "Paths":
        """Some of them."""
        return Paths(self.chain[chosen], self.label[:, chosen], self.cost[chosen], self.load[chosen])

    def with_more(self, other: "Paths") -> "Paths":
        """These, then others."""
        return Paths(
            np.concatenate([self.chain, other.chain]),
            np.concatenate([self.label, other.label], axis=1),
            np.concatenate([self.cost, other.cost]),
            np.concatenate([self.load, other.load]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What it costs to come up to each link with each building, and which building was left there: all (steps, buildings, chains)."""

    value: Ints
    come_from: NDArray[np.int16]


def sweep(chains: Chains, priced: Ints, row: int) -> Sweep:
    """Forward along all chains."""
    steps, buildings, _ = priced.shape
    value = np.empty_like(priced)
    come_from = np.empty(priced.shape, np.int16)
    own = np.arange(buildings, dtype=np.int16)[:, None]
    value[0] = priced[0]
    for step in range(1, steps):
        n = int(chains.running[step])
        before = value[step - 1, :, :n]
        best, other = before.argmin(0), before.min(0) + row
        stay = before <= other
        come_from[step, :, :n] = np.where(stay, own, best.astype(np.int16))
        value[step, :, :n] = priced[step, :, :n] + np.where(stay, before, other)
        value[step, :, n:] = value[step - 1, :, n:]
    return Sweep(value, come_from)


def sweep_back(chains: Chains, priced: Ints, row: int) -> Sweep:
    """Backward: what it costs from each link to the end, and to which building the path goes on."""
    steps, buildings, _ = priced.shape
    value = np.zeros_like(priced)
    go_to = np.empty(priced.shape, np.int16)
    own = np.arange(buildings, dtype=np.int16)[:, None]
    value[steps - 1] = priced[steps - 1]
    for step in range(steps - 2, -1, -1):
        n, now = int(chains.running[step + 1]), int(chains.running[step])
        after = value[step + 1, :, :n]
        best, other = after.argmin(0), after.min(0) + row
        stay = after <= other
        go_to[step, :, :n] = np.where(stay, own, best.astype(np.int16))
        value[step, :, :n] = priced[step, :, :n] + np.where(stay, after, other)
        value[step, :, n:now] = priced[step, :, n:now]
    return Sweep(value, go_to)


def best_paths(chains: Chains, price: Ints, row: int) -> tuple[Ints, Paths]:
    """The cheapest path of every chain with seats at ``price``: its priced value (chains,), and the paths."""
    forward = sweep(chains, chains.priced(price), row)
    last = forward.value[-1].argmin(0)
    everyone = np.arange(len(last))
    value = forward.value[-1, last, everyone]
    label = walk_back(chains, forward, everyone, chains.length - 1, last)
    return value, make_paths(chains, everyone, label, row)


def walk_back(chains: Chains, forward: Sweep, chain: Ints, step: Ints, building: Ints) -> NDArray[np.int16]:
    """Labels (steps, paths) of the paths that come up to ``step`` with ``building``; -1 after it."""
    steps = len(chains.running)
    label = np.full((steps, len(chain)), -1, np.int16)
    now = building.astype(np.int16)
    for t in range(steps - 1, -1, -1):
        inside = step >= t
        label[t] = np.where(inside, now, -1)
        if t:
            now = np.where(inside, forward.come_from[t, now, chain], now)
    return label


def walk_on(chains: Chains, backward: Sweep, chain: Ints, step: Ints, building: Ints) -> NDArray[np.int16]:
    """Labels (steps, paths) of the paths that go on from ``step`` with ``building``; -1 before it and past the chain's end."""
    steps = len(chains.running)
    label = np.full((steps, len(chain)), -1, np.int16)
    now = building.astype(np.int16)
    for t in range(steps):
        inside = (step <= t) & (chains.length[chain] > t)
        label[t] = np.where(inside, now, -1)
        if t + 1 < steps:
            now = np.where(inside & (chains.length[chain] > t + 1), backward.come_from[t, now, chain], now)
    return label


def make_paths(chains: Chains, chain: Ints, label: NDArray[np.int16], row: int) -> Paths:
    """Cost (without seat prices, with rows) and load per building of labelled chains."""
    inside = label >= 0
    place = np.where(inside, label, 0)
    steps = np.arange(len(label))[:, None]
    cost = (chains.cost[steps, place, chain] * inside).sum(0)
    rows = ((label[1:] != label[:-1]) & inside[1:]).sum(0)
    weight = chains.weight[:, chain] * inside
    load = np.stack([(weight * (label == building)).sum(0) for building in range(chains.cost.shape[1])], 1)
    return Paths(chain, label, cost + rows * row, load)
