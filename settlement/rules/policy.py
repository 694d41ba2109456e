"""A benefit policy (参保地政策) ready to compute with: what one policy file says, amounts in fen, ratios exact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple, Protocol

from registry.enums import Insurance
from settlement.enums import Fund
from settlement.rules.fen import half_up
from settlement.rules.refusals import NoPolicy, OverlappingPolicies
from settlement.rules.when import ALWAYS, Rows, When

COMPONENTS = ("deductible", "beyond_limit", "over_cap", "copay")
CHARGES = ("first_self_pay", "over_limit", "out_of_scope")


class BillSoFar(Protocol):
    """What a base may be made of: the visit's charges, what earlier layers paid, the first layer's components."""

    in_scope: int
    first_self_pay: int
    over_limit: int
    out_of_scope: int
    paid: int
    components: Mapping[str, int]


class Base(Protocol):
    """What a layer is computed on."""

    def amount(self, bill: BillSoFar) -> int: ...


@dataclass(frozen=True, slots=True)
class InScope:
    """符合政策范围的全部费用."""

    def amount(self, bill: BillSoFar) -> int:
        return bill.in_scope


@dataclass(frozen=True, slots=True)
class Only:
    """The named components of the first layer; nothing where the first layer did not apply."""

    components: tuple[str, ...]

    def amount(self, bill: BillSoFar) -> int:
        return sum(bill.components.get(name, 0) for name in self.components)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What earlier layers left, with further charges, without components of the first layer."""

    with_charges: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def amount(self, bill: BillSoFar) -> int:
        amount: int = bill.in_scope - bill.paid
        for charge in self.with_charges:
            amount += getattr(bill, charge)
        for component in self.without:
            amount -= bill.components.get(component, 0)
        return max(0, amount)


@dataclass(frozen=True, slots=True)
class Share:
    """A deductible that is a share of the base, with bounds in fen."""

    ratio: Fraction
    at_least: int = 0
    at_most: int | None = None

    def of(self, base: int) -> int:
        share = max(self.at_least, half_up(base * self.ratio.numerator, self.ratio.denominator))
        return share if self.at_most is None else min(share, self.at_most)


@dataclass(frozen=True, slots=True)
class Deductible:
    """起付线: per visit, institution_day, month or year; a yearly ceiling on what is borne."""

    per: str
    rows: Rows[int | Share]
    year_limit: int | None = None


@dataclass(frozen=True, slots=True)
class CostLimit:
    """费用限额: how much cost may enter the ratio per visit, day, month or year."""

    per: str
    counts_deductible: bool
    rows: Rows[int]


class Slice(NamedTuple):
    """A stretch of cost up to a position in fen (``None``: without end) and its ratio."""

    upto: int | None
    ratio: Fraction


@dataclass(frozen=True, slots=True)
class Slices:
    """分段支付比例: which slices count for whom, and where positions start."""

    rows: Rows[tuple[Slice, ...]]
    from_zero: bool = False
    count_year: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change of a ratio; the parts apply in the order in which they stand here."""

    factor: Fraction | None = None
    self_pay_factor: Fraction | None = None
    points: Fraction | None = None
    floor: Fraction | None = None
    ceiling: Fraction | None = None

    def apply(self, ratio: Fraction) -> Fraction:
        if self.factor is not None:
            ratio *= self.factor
        if self.self_pay_factor is not None:
            ratio = 1 - (1 - ratio) * self.self_pay_factor
        if self.points is not None:
            ratio += self.points / 100
        if self.floor is not None:
            ratio = max(ratio, self.floor)
        if self.ceiling is not None:
            ratio = min(ratio, self.ceiling)
        return ratio


@dataclass(frozen=True, slots=True)
class Cap:
    """封顶线: what may be paid under its name per visit, day, month or year."""

    name: str
    per: str
    rows: Rows[int]


class Rates(NamedTuple):
    """Slices with adjusted ratios as whole numbers over one scale."""

    scale: int
    slices: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One fund's turn: what it pays on which base."""

    name: str
    fund: Fund
    slices: Slices
    base: Base
    applies: When = ALWAYS
    over_year: bool = False
    deductible: Deductible | None = None
    cost_limit: CostLimit | None = None
    adjust: Rows[Adjustment] = ()
    fixed_deduction: Rows[int] = ()
    caps: tuple[Cap, ...] = ()
    # Adjusted rates by the rows that matched: computed once, then looked up.
    rates: dict[tuple[int, ...], Rates] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """The document a policy comes from."""

    number: str = ""
    url: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The benefits of one area and insurance over one period, both ends inclusive."""

    area: str
    insurance: Insurance
    title: str
    document: Document
    valid_from: date
    valid_until: date | None
    benefits: Mapping[str, tuple[Layer, ...]]
    round_slices: bool = False
    by_days: bool = False
    off_site_first_self_pay: Rows[Fraction] = ()
    account_pays_for: frozenset[str] = frozenset()
    file: str = ""

    def in_force_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def policy_in_force(policies: Iterable[Policy], area: str, insurance: str, day: date) -> Policy:
    """The one policy of the area and insurance that holds the day; NoPolicy or OverlappingPolicies else."""
    found = [p for p in policies if p.area == area and p.insurance == insurance and p.in_force_on(day)]
    if len(found) == 1:
        return found[0]
    label = Insurance(insurance).label if insurance in Insurance.values else insurance
    if not found:
        raise NoPolicy(f"参保地 {area} 的{label}在 {day} 没有生效的待遇政策")
    files = "、".join(p.file or p.title for p in found)
    raise OverlappingPolicies(f"参保地 {area} 的{label}在 {day} 有多份待遇政策同时生效：{files}")
