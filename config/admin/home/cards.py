"""The cards at the top of the home page: a few numbers in large type, each leading to what it counts."""

from dataclasses import dataclass
from decimal import Decimal

from common.charts import exact, short


@dataclass(frozen=True)
class Card:
    """One number; ``kind`` colours it where it is not nothing."""

    title: str
    count: int | Decimal
    unit: str
    kind: str = ""
    url: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        return short(self.count)

    @property
    def exact(self) -> str:
        return exact(self.count, self.unit)
