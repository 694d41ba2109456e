"""Bars and columns on a page: each a number with its words, leading to the cases that it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from common.tables import Link

LARGE = 10_000  # from here on the next larger unit is easier to read
UNITS = ((Decimal(10_000), "万"), (Decimal(100_000_000), "亿"))


def short_yuan(amount: Decimal) -> str:
    """An amount as it is spoken of: 1.23 亿, 45.60 万, 789.00."""
    value, words = amount, ""
    for unit, name in UNITS:
        if abs(round(value, 2)) >= LARGE:
            value, words = amount / unit, f" {name}"
    return f"{value:,.2f}{words}"


def short(value: int | Decimal) -> str:
    """A number on a bar or a card: amounts shortened, counts as they are."""
    return short_yuan(value) if isinstance(value, Decimal) else f"{value:,}"


def exact(value: int | Decimal, unit: str) -> str:
    """The number to the fen with its unit: what stands behind the shortened one."""
    return f"{value:,.2f} {unit}" if isinstance(value, Decimal) else f"{value:,} {unit}"


@dataclass(frozen=True)
class Bar:
    """One number of a chart; ``whole`` is what it is a part of, where it is; ``kind`` a colour as of a ``Mark``."""

    label: str
    value: int | Decimal
    url: str = ""
    whole: int | Decimal | None = None
    kind: str = ""


@dataclass(frozen=True)
class Drawn:
    """A bar as the template writes it; ``share`` is its length in per cent."""

    label: str
    text: str
    exact: str
    share: str
    url: str
    kind: str


@dataclass(frozen=True)
class Chart:
    """A titled row of bars, the longest as wide as there is room; ``upright`` stands them up, for days and months."""

    template: ClassVar[str] = "common/chart.html"

    title: str
    bars: Sequence[Bar]
    unit: str
    note: str = ""
    empty: str = "没有记录。"
    more: Link | None = None
    upright: bool = False
    beside: bool = True

    def drawn(self) -> Iterator[Drawn]:
        """The bars with their lengths; a part is measured against its whole, all others against the largest."""
        largest = max((abs(Decimal(bar.value)) for bar in self.bars), default=Decimal(0))
        for bar in self.bars:
            text, words = short(bar.value), exact(bar.value, self.unit)
            if bar.whole is not None:
                text, words = f"{text} / {short(bar.whole)}", f"{words}，共 {exact(bar.whole, self.unit)}"
            share = _per_cent(bar.value, largest if bar.whole is None else bar.whole)
            yield Drawn(bar.label, text, words, share, bar.url, bar.kind if bar.value else "zero")


def _per_cent(value: int | Decimal, of: int | Decimal) -> str:
    """The length of a bar; what is not above nothing has none."""
    return f"{Decimal(value) * 100 / Decimal(of):.1f}" if of > 0 and value > 0 else "0"
