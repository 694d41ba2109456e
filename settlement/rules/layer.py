"""How a layer pays: base, deductible, cost limit, slices, fixed deduction, caps, in this order."""

from typing import NamedTuple

from settlement.rules import kept
from settlement.rules.bill import Bill, CapLeft, LayerPayment
from settlement.rules.fen import half_up, rounded
from settlement.rules.policy import Layer, Rates, Share
from settlement.rules.refusals import NotCovered
from settlement.rules.slices import Part, cut, not_consumed, rates_for
from settlement.rules.when import first_match, holds


class Deducted(NamedTuple):
    """The deductible borne now, what the row asks for, and what was borne of it before."""

    now: int
    due: int
    before: int


class Entering(NamedTuple):
    """The cost that may enter the ratio, what is beyond the limit, and whether the limit counts this visit."""

    cost: int
    beyond: int
    counted: bool


def pay(layer: Layer, bill: Bill) -> LayerPayment | None:
    """What the layer pays on the bill, and adds to what is kept; ``None`` where the layer does not apply."""
    if not holds(layer.applies, bill.facts):
        return None
    earlier = bill.kept.total(layer.name, kept.BASE, bill.year) if layer.over_year else 0
    base = earlier + layer.base.amount(bill)
    deducted = _deducted(layer, bill, base)
    entering = _entering(layer, bill, base - deducted.now, deducted.now)
    rates = rates_for(layer, bill.facts)
    if rates is None:
        raise _not_covered(layer, bill, "支付比例")
    parts = cut(rates, _start(layer, bill, deducted.now), entering.cost)
    uncapped = _uncapped(bill, rates, parts)
    fixed = first_match(layer.fixed_deduction, bill.facts) or 0
    before = bill.kept.total(layer.name, kept.PAID, bill.year) if layer.over_year else 0
    payment = max(0, max(0, uncapped - fixed * rates.scale) - before * rates.scale)
    caps = _caps(layer, bill) if layer.caps else []
    cap = min(caps) if caps else None
    payment, over_cap = _capped(cap, payment, fixed, rates.scale, parts)
    room = bill.total - bill.paid
    result = LayerPayment(
        layer=layer,
        base=base,
        earlier_base=earlier,
        deductible=deducted.now,
        deductible_due=deducted.due,
        borne_before=deducted.before,
        cost=entering.cost,
        beyond_limit=entering.beyond,
        parts=parts,
        scale=rates.scale,
        uncapped=uncapped,
        fixed_deduction=fixed,
        paid_before=before,
        cap=cap,
        over_cap=over_cap,
        room=room,
        payment=half_up(min(payment, room * rates.scale), rates.scale),
    )
    _keep(bill, result, entering.counted, caps)
    return result


def _deducted(layer: Layer, bill: Bill, base: int) -> Deducted:
    rule = layer.deductible
    if rule is None:
        return Deducted(0, 0, 0)
    row = first_match(rule.rows, bill.facts)
    if row is None:
        raise _not_covered(layer, bill, "起付线")
    before = 0
    if isinstance(row, Share):
        due = row.of(base)
    elif rule.per == "visit":
        due, before = row, bill.carried.get(layer.name, 0)
    elif layer.over_year:
        due = row
    else:
        due, before = row, bill.kept.total(layer.name, kept.DEDUCTIBLE, bill.period(rule.per))
    left = max(0, due - before)
    if rule.year_limit is not None:
        borne = bill.kept.total(layer.name, kept.DEDUCTIBLE, bill.year)
        left = min(left, max(0, rule.year_limit - borne))
    return Deducted(min(base, left), due, before)


def _entering(layer: Layer, bill: Bill, cost: int, deductible: int) -> Entering:
    rule = layer.cost_limit
    limit = first_match(rule.rows, bill.facts) if rule else None
    if rule is None or limit is None:
        return Entering(cost, 0, counted=False)
    used = deductible if rule.counts_deductible else 0
    if rule.per != "visit" and not layer.over_year:
        bucket = bill.period(rule.per)
        used += bill.kept.total(layer.name, kept.LIMITED_COST, bucket)
        if rule.counts_deductible:
            used += bill.kept.total(layer.name, kept.LIMITED_DEDUCTIBLE, bucket)
    entering = min(cost, max(0, limit - used))
    return Entering(entering, cost - entering, counted=True)


def _start(layer: Layer, bill: Bill, deductible: int) -> int:
    """The position at which the first slice begins to be filled."""
    slices = layer.slices
    start = deductible if slices.from_zero else 0
    if slices.count_year:
        start += bill.kept.total(layer.name, kept.COST, bill.year)
        if slices.from_zero:
            start += bill.kept.total(layer.name, kept.DEDUCTIBLE, bill.year)
    return start


def _uncapped(bill: Bill, rates: Rates, parts: list[Part]) -> int:
    """Cost times ratio over all parts, in fen times the scale of the rates."""
    if bill.round_slices:
        return sum(half_up(part.cost * part.ratio, rates.scale) for part in parts) * rates.scale
    return sum(part.cost * part.ratio for part in parts)


def _caps(layer: Layer, bill: Bill) -> list[CapLeft]:
    """What is left under each cap that has a row for this visit."""
    found = []
    for cap in layer.caps:
        amount = first_match(cap.rows, bill.facts)
        if amount is None:
            continue
        spent = bill.cap_spent.get(cap.name, 0)
        if cap.per != "visit":
            spent += bill.kept.total(cap.name, kept.CAP_MEASURES[cap.per], bill.period(cap.per))
        found.append(CapLeft(max(0, amount - spent), cap.name, cap.per))
    return found


def _capped(cap: CapLeft | None, payment: int, fixed: int, scale: int, parts: list[Part]) -> tuple[int, int]:
    """The payment under the tightest cap (times the scale), and the cost over the cap where it binds."""
    if cap is None or cap.left * scale >= payment:
        return payment, 0
    target = (cap.left + fixed) * scale if cap.left else 0
    return cap.left * scale, rounded(not_consumed(parts, target))


def _keep(bill: Bill, result: LayerPayment, counted: bool, caps: list[CapLeft]) -> None:
    """Note what this visit adds; a layer's name stands once in a benefit, a cap's may stand in several layers."""
    layer, name, year, paid = result.layer, result.layer.name, bill.year, result.payment
    deductible, cost, additions = result.deductible, result.cost, bill.additions
    if layer.over_year:
        # The year's figures replace the earlier ones; what is kept are additions, so the difference is added.
        deductible -= bill.kept.total(name, kept.DEDUCTIBLE, year)
        cost -= bill.kept.total(name, kept.COST, year)
    if result.base != result.earlier_base:
        additions[name, kept.BASE, year] = result.base - result.earlier_base
    if deductible:
        additions[name, kept.DEDUCTIBLE, bill.institution_day] = deductible
    if cost:
        additions[name, kept.COST, year] = cost
    if counted and cost:
        additions[name, kept.LIMITED_COST, bill.day] = cost
    if counted and deductible:
        additions[name, kept.LIMITED_DEDUCTIBLE, bill.day] = deductible
    if paid:
        additions[name, kept.PAID, year] = paid
        for cap in caps:
            bill.cap_spent[cap.name] = bill.cap_spent.get(cap.name, 0) + paid
            if cap.per != "visit":
                key = (cap.name, kept.CAP_MEASURES[cap.per], bill.period(cap.per))
                additions[key] = additions.get(key, 0) + paid


def _not_covered(layer: Layer, bill: Bill, what: str) -> NotCovered:
    known = "，".join(f"{fact}={_shown(value)}" for fact, value in bill.facts.items() if value is not None)
    return NotCovered(f"参保地 {bill.area} 的政策在 {layer.name} 层没有适用的{what}（{known}）")


def _shown(value: object) -> str:
    return "/".join(sorted(value)) if isinstance(value, frozenset) else str(value)
