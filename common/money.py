"""Amounts are yuan with two places; they are rounded in one place and split so that the parts add up."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def to_fen(amount: Decimal) -> Decimal:
    """The amount in yuan rounded half up to the fen (四舍五入到分); a float is refused."""
    if not isinstance(amount, Decimal):
        raise TypeError(f"amounts are Decimal yuan, not {type(amount).__name__}: {amount!r}")
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[int | Decimal]) -> list[Decimal]:
    """The amount cut in proportion to the weights, each cut rounded as a running total: the parts add up exactly.

    >>> split(Decimal("100.00"), [1, 1, 1])
    [Decimal('33.33'), Decimal('33.34'), Decimal('33.33')]
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"weights must not be negative and must not all be zero: {list(weights)}")
    parts, running, cut = [], Decimal(0), ZERO
    for weight in weights:
        running += weight
        edge = to_fen(amount * running / whole)
        parts.append(edge - cut)
        cut = edge
    assert sum(parts) == to_fen(amount)
    return parts
