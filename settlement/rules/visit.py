"""A person, a visit and a case, as the policies see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Person:
    """The insured person on the settlement day; ``None`` is a fact not known, and matches no condition."""

    area: str
    insurance: str
    person: str | None = None
    aid: str | None = None
    born_on: date | None = None
    insured_months: int | None = None
    tags: frozenset[str] | None = None
    account_balance: Decimal = ZERO

    def age_on(self, day: date) -> int | None:
        """Whole years; a person born on 29 February has the birthday on 1 March in other years."""
        born = self.born_on
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Charges:
    """A visit's bill by the host's catalogue, in yuan (总额, 全自费, 超限价, 先行自付)."""

    total: Decimal
    out_of_scope: Decimal = ZERO
    over_limit: Decimal = ZERO
    first_self_pay: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to be settled; ``kind`` is a word of Service, ``filing`` a word of Category or ``none``."""

    id: str
    kind: str
    settled_on: date
    charges: Charges
    place: str | None = None
    level: str | None = None
    institution: str | None = None
    filing: str | None = None
    disease: str | None = None
    transfer: bool | None = None
    admitted_on: date | None = None
    use_account: bool = True


@dataclass(frozen=True, slots=True)
class Reversal:
    """The taking back of an earlier visit of the case."""

    id: str | None
    reverse: str


@dataclass(frozen=True, slots=True)
class Case:
    """One person's visits in the order in which they are computed."""

    person: Person
    visits: tuple[Visit | Reversal, ...]


def facts_of(person: Person, visit: Visit, admission: int | None) -> dict[str, Any]:
    """All that a condition may ask; ``admission`` is which stay of the year this is, ``None`` outside hospital."""
    transfer = visit.transfer
    return {
        "person": person.person,
        "level": visit.level,
        "filing": visit.filing,
        "place": visit.place,
        "admission": admission,
        "aid": person.aid,
        "age": person.age_on(visit.settled_on),
        "disease": visit.disease,
        "insured_months": person.insured_months,
        "transfer": None if transfer is None else ("true" if transfer else "false"),
        "tags": person.tags,
    }
