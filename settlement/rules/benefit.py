"""What each fund, the personal account and the person pay for a visit (待遇计算)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from registry.enums import Service
from settlement.enums import Fund
from settlement.rules import kept as keeping
from settlement.rules.bill import Bill, Step
from settlement.rules.explanation import steps_of
from settlement.rules.fen import fen, yuan
from settlement.rules.kept import NOTHING_KEPT, Additions, Kept, PlainKey
from settlement.rules.layer import pay
from settlement.rules.policy import Layer, Policy
from settlement.rules.refusals import NotCovered
from settlement.rules.stay import split_by_nights, years_of_stay
from settlement.rules.visit import Person, Visit, facts_of

INPATIENT = str(Service.INPATIENT)


@dataclass(frozen=True, slots=True)
class Benefit:
    """The result for a visit, in yuan; ``kept`` are the additions it makes to the kept totals.

    ``deductible`` is the deductible borne under layers of the pool (起付线, for the slip); ``steps`` stand only where
    an explanation was asked for. A reversal's benefit is the original's, negated.
    """

    in_scope: Decimal
    first_self_pay: Decimal
    funds: Mapping[Fund, Decimal]
    fund_total: Decimal
    personal: Decimal
    account: Decimal
    cash: Decimal
    deductible: Decimal
    kept: Additions
    steps: tuple[Step, ...] = ()

    def negated(self) -> "Benefit":
        return Benefit(
            in_scope=-self.in_scope,
            first_self_pay=-self.first_self_pay,
            funds={fund: -amount for fund, amount in self.funds.items()},
            fund_total=-self.fund_total,
            personal=-self.personal,
            account=-self.account,
            cash=-self.cash,
            deductible=-self.deductible,
            kept=self.kept.negated(),
            steps=tuple(Step(f"冲销：{step.label}", -step.amount, step.basis) for step in self.steps),
        )


def compute_benefit(policy: Policy, person: Person, visit: Visit, kept: Kept = NOTHING_KEPT) -> Benefit:
    """The benefit of one visit under the policy in force; NotCovered where the policy has nothing for it.

    ``kept`` holds the person's totals of every year the visit touches (a stay by days: from the year of admission);
    ``person.account_balance`` is the balance before the visit.
    """
    return _benefit(policy, person, visit, paid_bills(policy, person, visit, kept))


def explain_benefit(policy: Policy, person: Person, visit: Visit, kept: Kept = NOTHING_KEPT) -> Benefit:
    """The same benefit with its steps."""
    bills = paid_bills(policy, person, visit, kept)
    benefit = _benefit(policy, person, visit, bills)
    return replace(benefit, steps=steps_of(policy, person, visit, bills, benefit))


def paid_bills(policy: Policy, person: Person, visit: Visit, kept: Kept) -> list[Bill]:
    """The bill of the visit, or one for each year of a stay by days, after every layer has paid."""
    layers = policy.benefits.get(visit.kind)
    if layers is None:
        raise NotCovered(f"参保地 {policy.area} 的政策没有{_kind_label(visit.kind)}待遇")
    bills = _bills(policy, person, visit, kept)
    carried: dict[str, int] = {}
    for bill in bills:
        bill.carried = carried
        _let_layers_pay(layers, bill)
        if len(bills) > 1:
            for payment in bill.payments:
                name = payment.layer.name
                carried[name] = carried.get(name, 0) + payment.deductible
    return bills


def _bills(policy: Policy, person: Person, visit: Visit, kept: Kept) -> list[Bill]:
    charges = _charges(visit)
    settled_on = visit.settled_on
    if visit.kind != INPATIENT:
        return [Bill(policy, visit, facts_of(person, visit, None), kept, settled_on, charges)]
    year = settled_on.isoformat()[: keeping.YEAR]
    admission = kept.total(keeping.STAYS, keeping.ADMISSIONS, year) // keeping.ONE + 1
    facts = facts_of(person, visit, admission)
    admitted_on = visit.admitted_on
    if policy.by_days and admitted_on is not None and admitted_on.year < settled_on.year:
        years = years_of_stay(admitted_on, settled_on)
        parts = split_by_nights(charges, [nights for _, nights in years])
        bills = [Bill(policy, visit, facts, kept, day, part) for (day, _), part in zip(years, parts, strict=True)]
    else:
        bills = [Bill(policy, visit, facts, kept, settled_on, charges)]
    bills[-1].additions[keeping.STAYS, keeping.ADMISSIONS, year] = keeping.ONE
    return bills


def _charges(visit: Visit) -> tuple[int, int, int, int]:
    """In scope, out of scope, over limit and first self-pay by the host's catalogue, in fen."""
    charges = visit.charges
    total, out_of_scope = fen(charges.total), fen(charges.out_of_scope)
    over_limit, first_self_pay = fen(charges.over_limit), fen(charges.first_self_pay)
    in_scope = total - out_of_scope - over_limit - first_self_pay
    assert min(in_scope, out_of_scope, over_limit, first_self_pay) >= 0, f"deductions above the total: {charges}"
    return in_scope, out_of_scope, over_limit, first_self_pay


def _let_layers_pay(layers: tuple[Layer, ...], bill: Bill) -> None:
    for position, layer in enumerate(layers):
        payment = pay(layer, bill)
        if payment is None:
            continue
        bill.payments.append(payment)
        bill.paid += payment.payment
        if position == 0 and len(layers) > 1:
            bill.components = {
                "deductible": payment.deductible,
                "beyond_limit": payment.beyond_limit,
                "over_cap": payment.over_cap,
                "copay": payment.copay,
            }


def _benefit(policy: Policy, person: Person, visit: Visit, bills: list[Bill]) -> Benefit:
    """The result over all bills, after checking that its parts add up."""
    funds: dict[Fund, int] = dict.fromkeys([layer.fund for layer in policy.benefits[visit.kind]], 0)
    total = in_scope = first_self_pay = set_aside = deductible = paid = 0
    for bill in bills:
        total += bill.total
        in_scope += bill.in_scope
        first_self_pay += bill.first_self_pay
        set_aside += bill.out_of_scope + bill.over_limit
        paid += bill.paid
        for payment in bill.payments:
            fund = payment.layer.fund
            funds[fund] += payment.payment
            if fund is Fund.POOL:
                deductible += payment.deductible
    personal = total - paid
    account = 0
    if visit.use_account and visit.kind in policy.account_pays_for:
        account = max(0, min(fen(person.account_balance), personal))
    assert in_scope + set_aside + first_self_pay == total
    assert sum(funds.values()) == paid <= total
    assert in_scope >= 0 <= first_self_pay and min(funds.values(), default=0) >= 0
    return Benefit(
        in_scope=yuan(in_scope),
        first_self_pay=yuan(first_self_pay),
        funds={fund: yuan(amount) for fund, amount in funds.items()},
        fund_total=yuan(paid),
        personal=yuan(personal),
        account=yuan(account),
        cash=yuan(personal - account),
        deductible=yuan(deductible),
        kept=Additions(bills[0].additions if len(bills) == 1 else _together(bills)),
    )


def _together(bills: list[Bill]) -> dict[PlainKey, int]:
    additions: dict[PlainKey, int] = {}
    for bill in bills:
        for key, amount in bill.additions.items():
            additions[key] = additions.get(key, 0) + amount
    return additions


def _kind_label(kind: str) -> str:
    return str(Service(kind).label) if kind in Service.values else kind
