"""A drafter's desk for the tests: a policy in a few lines of YAML, visits in a few words, amounts as people write them."""

from decimal import Decimal
from textwrap import dedent, indent
from typing import Any

from settlement.case_file import CaseReader
from settlement.policy_file import read_policy
from settlement.rules import Benefit, Case, Policy, compute_case
from settlement.rules.benefit import paid_bills
from settlement.rules.bill import LayerPayment
from settlement.rules.kept import NOTHING_KEPT

HEAD = """\
area: "411600"
insurance: employee
title: 试算
valid_from: 2020-01-01
"""


def policy_text(layers: str, *, kind: str = "inpatient", head: str = "") -> str:
    """A policy file with one benefit."""
    return f"{HEAD}{dedent(head)}benefits:\n  {kind}:\n    layers:\n{indent(dedent(layers).strip(), ' ' * 6)}\n"


def policy(layers: str, *, kind: str = "inpatient", head: str = "") -> Policy:
    return read_policy(policy_text(layers, kind=kind, head=head), "试算.yaml")


def visit(total: str, on: str = "2023-03-01", **facts: Any) -> dict[str, Any]:
    """An inpatient visit off-site, unless said otherwise; further charges as ``out_of_scope`` and so on."""
    charges = {key: facts.pop(key) for key in ("out_of_scope", "over_limit", "first_self_pay") if key in facts}
    return {
        "kind": "inpatient",
        "place": "off_site",
        "level": "tertiary",
        "institution": "H1",
        "filing": "referral",
        "settled_on": on,
        "charges": {"total": total, **charges},
        **facts,
    }


def case(*visits: dict[str, Any], **person: Any) -> Case:
    reader = CaseReader()
    numbered = [{"id": f"V{number}", **one} for number, one in enumerate(visits, start=1)]
    read = reader.case(
        {"person": {"area": "411600", "insurance": "employee", "person": "active", **person}, "visits": numbered}
    )
    assert reader.wrong == []
    return read


def settled(policies: Policy | list[Policy], *visits: dict[str, Any], **person: Any) -> list[Benefit]:
    several = policies if isinstance(policies, list) else [policies]
    return [benefit for _, benefit in compute_case(several, case(*visits, **person))]


def paid(policies: Policy | list[Policy], *visits: dict[str, Any], **person: Any) -> list[str]:
    """What the funds pay for each visit."""
    return [str(benefit.fund_total) for benefit in settled(policies, *visits, **person)]


def funds(benefit: Benefit) -> dict[str, str]:
    return {fund.value: str(amount) for fund, amount in benefit.funds.items()}


def components(one: Policy, *visits: dict[str, Any]) -> dict[str, str]:
    """The components of the first layer of the one visit."""
    read = case(*visits)
    bill = paid_bills(one, read.person, read.visits[0], NOTHING_KEPT)[0]
    payment: LayerPayment = bill.payments[0]
    found = {
        "deductible": payment.deductible,
        "beyond_limit": payment.beyond_limit,
        "over_cap": payment.over_cap,
        "copay": payment.copay,
    }
    return {name: str(Decimal(amount).scaleb(-2)) for name, amount in found.items()}
