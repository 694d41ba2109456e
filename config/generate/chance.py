"""Chance in whole numbers: the same draws from the same seed on every machine, whatever its mathematical library."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import cache
from itertools import accumulate, pairwise
from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

STEPS = 2048  # of a distribution; between two of them amounts are interpolated
ONE = 1 << 20  # the mean of a lognormal table
GRID = 200  # points per standard deviation at which the normal density is summed up
FINE = 21  # bits that place a draw within its step


def seeded(*words: object) -> Random:
    """A source of chance of its own for whatever the words name."""
    return Random("/".join(str(word) for word in words))  # noqa: S311 - invented people, no secrets


class Draw(Generic[Thing]):
    """One of several things, each as often as its weight says."""

    __slots__ = ("_bounds", "_things", "_whole")

    def __init__(self, weights: Mapping[Thing, int] | Iterable[tuple[Thing, int]]) -> None:
        pairs = list(weights.items() if isinstance(weights, Mapping) else weights)
        self._things: Sequence[Thing] = [thing for thing, weight in pairs if weight > 0]
        self._bounds = list(accumulate(weight for _, weight in pairs if weight > 0))
        self._whole = self._bounds[-1]

    def __call__(self, random: Random) -> Thing:
        return self._things[bisect_right(self._bounds, random.getrandbits(32) * self._whole >> 32)]


def below(random: Random, n: int) -> int:
    """A whole number from 0 up to n, n not included."""
    return random.getrandbits(32) * n >> 32


def happens(random: Random, per_mille: int) -> bool:
    """Whether something that happens so many times in a thousand happens now."""
    return random.getrandbits(32) * 1000 >> 32 < per_mille


def lognormal(random: Random, table: Sequence[int], mean: int) -> int:
    """An amount in fen, lognormal with this mean; the table says how wide."""
    drawn = random.getrandbits(11 + FINE)
    step, place = drawn >> FINE, drawn & ((1 << FINE) - 1)
    lower = table[step]
    return mean * (lower + ((table[step + 1] - lower) * place >> FINE)) >> 20


@cache
def lognormal_table(sigma: str) -> tuple[int, ...]:
    """The quantiles of a lognormal distribution as whole numbers whose mean is ONE."""
    with localcontext(prec=28):
        values = [(Decimal(sigma) * z).exp() for z in _normal_quantiles(STEPS + 1)]
        mean = sum(values) / len(values)
        return tuple(int(value / mean * ONE) for value in values)


@cache
def _normal_quantiles(n: int) -> tuple[Decimal, ...]:
    """The middles of n equally likely parts of the normal distribution, by summing up its density."""
    with localcontext(prec=28):
        grid = [Decimal(i) / GRID for i in range(-4 * GRID, 4 * GRID + 1)]
        density = [(-z * z / 2).exp() for z in grid]
        below_each = [Decimal(0), *accumulate((a + b) / 2 for a, b in pairwise(density))]
        quantiles, at = [], 0
        for part in range(n):
            wanted = below_each[-1] * (2 * part + 1) / (2 * n)
            while below_each[at + 1] < wanted:
                at += 1
            step = (wanted - below_each[at]) / (below_each[at + 1] - below_each[at])
            quantiles.append(grid[at] + step / GRID)
        return tuple(quantiles)
