"""What is kept over a day, a month or a year: deductibles borne, costs counted, amounts paid, stays.

Every visit makes additions, one per key; a reversal subtracts the same additions. The bucket says when, as finely as
any rule may ask (``2023``, ``2023-07``, ``2023-07-03``, ``2023-07-03|H31010400001``), and a total asked for over a
longer period is the sum of all that lies in it. So a row kept once by institution and day also answers for its month
and its year, and a yearly amount from outside the portal (bucket ``2023``) counts for its year only.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from settlement.rules.fen import fen, yuan

# What is kept under a layer's name.
BASE = "base"  # 计算基数, by year
DEDUCTIBLE = "deductible"  # 已承担起付线, by institution and day
COST = "cost"  # 进入分段的费用, by year
PAID = "paid"  # 已支付, by year
LIMITED_COST = "limited_cost"  # 计入费用限额的费用, by day
LIMITED_DEDUCTIBLE = "limited_deductible"  # the deductible borne on the same visits, by day
# What is kept under a cap's name, by the cap's own period: paid against the cap.
CAP_MEASURES = {"day": "cap.day", "month": "cap.month", "year": "cap.year"}
# What is kept under the name of the benefit: 本年住院次数, by year.
ADMISSIONS = "admissions"
STAYS = "inpatient"
ONE = 100  # one stay; counts are kept with two places like amounts

YEAR, MONTH, DAY = 4, 7, 10  # length of the bucket of a year, a month, a day


class KeptKey(NamedTuple):
    """Under which name what is kept, and for when."""

    name: str
    measure: str
    bucket: str


PlainKey: TypeAlias = tuple[str, str, str]  # a KeptKey as the computation makes it: equal, and cheaper


class Additions(Mapping[KeptKey, Decimal]):
    """What one visit adds to the kept totals, in yuan (stays: in stays); nothing is listed at zero."""

    __slots__ = ("in_fen",)

    def __init__(self, in_fen: dict[PlainKey, int]) -> None:
        self.in_fen = in_fen

    def __getitem__(self, key: KeptKey) -> Decimal:
        return yuan(self.in_fen[key])

    def __iter__(self) -> Iterator[KeptKey]:
        return map(KeptKey._make, self.in_fen)

    def __len__(self) -> int:
        return len(self.in_fen)

    def __repr__(self) -> str:
        return f"Additions({dict(self)})"

    def negated(self) -> "Additions":
        return Additions({key: -amount for key, amount in self.in_fen.items()})


class Kept(Mapping[KeptKey, Decimal]):
    """The totals a person has so far, in yuan (stays: in stays); read-only, and 0 where nothing is kept."""

    __slots__ = ("_totals",)

    def __init__(self, additions: Mapping[KeptKey, Decimal] | None = None) -> None:
        self._totals: dict[PlainKey, int] = {}
        for key, amount in (additions or {}).items():
            self._add(key, fen(amount))

    def __getitem__(self, key: KeptKey) -> Decimal:
        return yuan(self._totals.get(key, 0))

    def __contains__(self, key: object) -> bool:
        return key in self._totals

    def __iter__(self) -> Iterator[KeptKey]:
        return map(KeptKey._make, self._totals)

    def __len__(self) -> int:
        return len(self._totals)

    def total(self, name: str, measure: str, bucket: str) -> int:
        """The total over the bucket's period in fen."""
        return self._totals.get((name, measure, bucket), 0)

    def _add(self, key: PlainKey, amount: int) -> None:
        totals = self._totals
        name, measure, bucket = key
        totals[key] = totals.get(key, 0) + amount
        for length in (DAY, MONTH, YEAR):
            if length < len(bucket):
                wider = (name, measure, bucket[:length])
                totals[wider] = totals.get(wider, 0) + amount


class RunningKept(Kept):
    """The totals while the visits of a case are computed in order."""

    __slots__ = ()

    def add(self, additions: Additions) -> None:
        for key, amount in additions.in_fen.items():
            self._add(key, amount)


NOTHING_KEPT = Kept()
