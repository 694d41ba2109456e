"""How cost is cut into slices, and what ratio each slice has after the adjustments."""

from fractions import Fraction
from math import lcm
from typing import NamedTuple

from settlement.rules.policy import Layer, Rates, Slice
from settlement.rules.when import Facts, holds


class Part(NamedTuple):
    """The cost in one slice in fen, where it starts, and the slice's ratio over the scale of its rates."""

    start: int
    cost: int
    ratio: int


def rates_for(layer: Layer, facts: Facts) -> Rates | None:
    """The adjusted rates of the first matching row of slices; ``None`` where no row matches."""
    for index, (when, slices) in enumerate(layer.slices.rows):
        if holds(when, facts):
            matched = [index]
            for number, (condition, _) in enumerate(layer.adjust):
                if holds(condition, facts):
                    matched.append(number)
            key = tuple(matched)
            return layer.rates.get(key) or layer.rates.setdefault(key, _adjusted(layer, slices, key[1:]))
    return None


def _adjusted(layer: Layer, slices: tuple[Slice, ...], adjustments: tuple[int, ...]) -> Rates:
    ratios = []
    for piece in slices:
        ratio = piece.ratio
        for number in adjustments:
            ratio = layer.adjust[number][1].apply(ratio)
        ratios.append(min(max(ratio, Fraction(0)), Fraction(1)))
    scale = lcm(*(ratio.denominator for ratio in ratios))
    return Rates(
        scale,
        tuple((piece.upto, int(ratio * scale)) for piece, ratio in zip(slices, ratios, strict=True)),
    )


def cut(rates: Rates, start: int, cost: int) -> list[Part]:
    """The cost cut into the slices it fills, lowest first; nothing for no cost."""
    parts = []
    for upto, ratio in rates.slices:
        if cost == 0:
            break
        if upto is None or start + cost <= upto:
            parts.append(Part(start, cost, ratio))
            break
        if start < upto:
            parts.append(Part(start, upto - start, ratio))
            cost -= upto - start
            start = upto
    return parts


def not_consumed(parts: list[Part], target: int) -> Fraction:
    """The cost left when the parts, lowest first, have yielded the target (fen times the scale of the rates)."""
    left = Fraction(0)
    for part in parts:
        product = part.cost * part.ratio
        if target == 0:
            left += part.cost
        elif product <= target:
            target -= product
        else:
            left += Fraction(product - target, part.ratio)
            target = 0
    return left
