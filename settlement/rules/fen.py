"""Inside the rules money is whole fen and ratios are exact fractions: fast, and never rounded by the way."""

from decimal import Decimal
from fractions import Fraction


def fen(amount: Decimal) -> int:
    """Yuan as whole fen; an amount with more than two decimals is refused."""
    scaled = amount * 100
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"an amount has at most two decimals: {amount}")
    return whole


def yuan(amount: int) -> Decimal:
    """Whole fen as yuan with two places."""
    return Decimal(amount).scaleb(-2)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded half up (四舍五入), for amounts that are not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def rounded(amount: Fraction) -> int:
    """A fraction of a fen rounded half up."""
    return half_up(amount.numerator, amount.denominator)


def written(amount: int) -> str:
    """Whole fen as people write yuan: 1234 is 12.34."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
