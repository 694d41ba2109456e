"""Inside the rules money is whole fen and ratios are exact fractions: fast, and never rounded by the way."""

from decimal import Decimal
from fractions import Fraction

ZERO = Decimal("0.00")
HUNDRED = Decimal(100)


def fen(amount: Decimal) -> int:
    """Yuan as whole fen; an amount with more than two decimals is refused."""
    scaled = amount * HUNDRED
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"an amount has at most two decimals: {amount}")
    return whole


def yuan(amount: int) -> Decimal:
    """Whole fen as yuan with two places."""
    return Decimal(amount).scaleb(-2) if amount else ZERO


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


def decimal_of(number: Fraction) -> str:
    """A fraction that ends as a decimal (its denominator has only the factors 2 and 5), written out in full."""
    places, denominator = 0, number.denominator
    while denominator != 1:
        number, places = number * 10, places + 1
        denominator = number.denominator
    sign, digits = "-" if number < 0 else "", str(abs(number.numerator)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits
