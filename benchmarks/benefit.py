"""The benefit rule beside the same rule written out by hand."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from benchmarks.harness import Result, compare
from settlement.policy_file import read_policy
from settlement.rules import Charges, Person, Visit, compute_benefit, explain_benefit

POLICY = Path("settlement/policies/360100-employee-2025-09-01.yaml")
VISITS = 5_000


def measure() -> list[Result]:
    """Without and with the steps a clerk reads."""
    policy = read_policy(POLICY.read_text(encoding="utf-8"))
    person = Person(area="360100", insurance="employee", person="active", account_balance=Decimal("500.00"))
    visits = [_visit(Decimal(900_000 + n * 137) / 100) for n in range(VISITS)]

    def by_rule() -> None:
        for visit in visits:
            compute_benefit(policy, person, visit)

    def with_steps() -> None:
        for visit in visits:
            explain_benefit(policy, person, visit)

    def by_hand() -> None:
        for visit in visits:
            nanchang_by_hand(visit)

    for visit in visits[:50]:
        assert compute_benefit(policy, person, visit).fund_total == nanchang_by_hand(visit)["fund"]  # noqa: S101
    hand = "the same rule by hand"
    return [
        compare("benefit", by_rule, hand, by_hand, units=VISITS),
        compare("benefit with steps", with_steps, hand, by_hand, units=VISITS),
    ]


def nanchang_by_hand(visit: Visit) -> dict[str, Decimal]:
    """800 yuan deductible, 85 % at a tertiary hospital, written out in plain Python."""
    charges = visit.charges
    in_scope = charges.total - charges.out_of_scope - charges.over_limit - charges.first_self_pay
    if visit.level != "tertiary":
        raise LookupError(visit.level)
    deductible = min(in_scope, Decimal("800.00"))
    fund = ((in_scope - deductible) * Decimal("0.85")).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    personal = charges.total - fund
    return {"in_scope": in_scope, "deductible": deductible, "fund": fund, "personal": personal, "cash": personal}


def _visit(total: Decimal) -> Visit:
    return Visit(
        id="",
        kind="inpatient",
        settled_on=date(2026, 9, 15),
        charges=Charges(total, Decimal("120.00"), Decimal("0.00"), Decimal("80.00")),
        place="off_site",
        level="tertiary",
        institution="H11010100001",
        filing="referral",
        admitted_on=date(2026, 9, 10),
    )
