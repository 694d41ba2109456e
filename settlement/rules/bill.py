"""One visit while its layers pay: the charges, what was paid so far, and what is added to the kept totals."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from settlement.rules.fen import half_up
from settlement.rules.kept import Kept, PlainKey
from settlement.rules.policy import Layer, Policy
from settlement.rules.slices import Part
from settlement.rules.visit import Visit
from settlement.rules.when import Facts, first_match

NO_COMPONENTS: dict[str, int] = {}


class Step(NamedTuple):
    """One line of the sum as a clerk reads it out, the amount in yuan."""

    label: str
    amount: Decimal
    basis: str


class CapLeft(NamedTuple):
    """What is left under a cap that applies."""

    left: int
    name: str
    per: str


class LayerPayment(NamedTuple):
    """What one layer did, step by step, in fen (``uncapped`` in fen times ``scale``)."""

    layer: Layer
    base: int
    earlier_base: int
    deductible: int
    deductible_due: int
    borne_before: int
    cost: int
    beyond_limit: int
    parts: list[Part]
    scale: int
    uncapped: int
    fixed_deduction: int
    paid_before: int
    cap: CapLeft | None
    over_cap: int
    room: int
    payment: int

    @property
    def copay(self) -> int:
        return self.base - self.deductible - self.beyond_limit - self.over_cap - self.payment


class Bill:
    """A visit, or one year's part of a stay over New Year; all amounts in fen."""

    __slots__ = (
        "additions",
        "area",
        "cap_spent",
        "carried",
        "components",
        "day",
        "extra",
        "extra_ratio",
        "facts",
        "first_self_pay",
        "in_scope",
        "institution_day",
        "kept",
        "month",
        "out_of_scope",
        "over_limit",
        "paid",
        "payments",
        "round_slices",
        "total",
        "year",
    )

    def __init__(
        self, policy: Policy, visit: Visit, facts: Facts, kept: Kept, day: date, charges: tuple[int, int, int, int]
    ) -> None:
        in_scope, self.out_of_scope, self.over_limit, first_self_pay = charges
        self.area = policy.area
        self.facts = facts
        self.kept = kept
        self.round_slices = policy.round_slices
        self.total = in_scope + self.out_of_scope + self.over_limit + first_self_pay
        self.extra_ratio = extra_ratio(policy, facts)
        self.extra = extra = _share(in_scope, self.extra_ratio)
        self.in_scope = in_scope - extra
        self.first_self_pay = first_self_pay + extra
        self.day = text = day.isoformat()
        self.month = text[:7]
        self.year = text[:4]
        self.institution_day = f"{text}|{visit.institution or ''}"
        self.paid = 0
        self.components: Mapping[str, int] = NO_COMPONENTS
        self.carried: Mapping[str, int] = NO_COMPONENTS
        self.payments: list[LayerPayment] = []  # of the layers that apply
        self.additions: dict[PlainKey, int] = {}
        self.cap_spent: dict[str, int] = {}

    def period(self, per: str) -> str:
        """The bucket of the period in which the visit lies."""
        bucket: str = getattr(self, per)
        return bucket


def extra_ratio(policy: Policy, facts: Facts) -> Fraction | None:
    """The off-site first self-pay of the policy for these facts (异地先行自付比例)."""
    if not policy.off_site_first_self_pay or facts["place"] != "off_site":
        return None
    return first_match(policy.off_site_first_self_pay, facts)


def _share(amount: int, ratio: Fraction | None) -> int:
    return half_up(amount * ratio.numerator, ratio.denominator) if ratio else 0
