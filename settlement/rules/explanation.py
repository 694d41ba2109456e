"""The sum behind a benefit, line by line, so that a clerk can redo it on the telephone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from registry.enums import Service
from settlement.enums import Fund
from settlement.rules.bill import Bill, LayerPayment, Step
from settlement.rules.fen import decimal_of, fen, half_up, written, yuan
from settlement.rules.policy import InScope, Layer, Only, Policy, Remaining
from settlement.rules.slices import Part
from settlement.rules.visit import Person, Visit

if TYPE_CHECKING:
    from settlement.rules.benefit import Benefit

PER = {"visit": "每次", "institution_day": "每机构每日", "day": "每日", "month": "每月", "year": "每年"}
COMPONENT_LABELS = {
    "deductible": "起付线",
    "beyond_limit": "超费用限额",
    "over_cap": "超封顶线费用",
    "copay": "按比例自付",
}
FUND_LABELS: dict[Fund, str] = {fund: str(fund.label) for fund in Fund}
CHARGE_LABELS = {"first_self_pay": "先行自付", "over_limit": "超限价", "out_of_scope": "全自费"}


def steps_of(policy: Policy, person: Person, visit: Visit, bills: list[Bill], benefit: Benefit) -> tuple[Step, ...]:
    """The steps of the visit: charges, every layer in order, and who pays what is left."""
    steps = []
    layers = policy.benefits[visit.kind]
    for bill in bills:
        prefix = f"{bill.year}年部分：" if len(bills) > 1 else ""
        steps += [Step(prefix + step.label, step.amount, step.basis) for step in _bill_steps(policy, bill, layers)]
    return (*steps, *_shares(policy, person, visit, benefit))


def _bill_steps(policy: Policy, bill: Bill, layers: tuple[Layer, ...]) -> list[Step]:
    steps = [_in_scope(bill)]
    if bill.extra and bill.extra_ratio is not None:
        before = bill.in_scope + bill.extra
        ratio = f"{decimal_of(100 * bill.extra_ratio)}%"
        steps.append(Step("异地先行自付", yuan(bill.extra), f"{written(before)} × {ratio}，四舍五入到分"))
        basis = f"{written(before)} − {written(bill.extra)}"
        steps.append(Step("符合政策范围（扣除异地先行自付）", yuan(bill.in_scope), basis))
    payments = {payment.layer.name: payment for payment in bill.payments}
    for layer in layers:
        payment = payments.get(layer.name)
        if payment is None:
            steps.append(Step(f"{_title(layer)} 不适用", yuan(0), "不符合本层适用条件"))
        else:
            steps += _layer_steps(payment, policy)
    return steps


def _in_scope(bill: Bill) -> Step:
    basis = (
        f"总额 {written(bill.total)} − 全自费 {written(bill.out_of_scope)} − 超限价 {written(bill.over_limit)}"
        f" − 先行自付 {written(bill.first_self_pay - bill.extra)}"
    )
    return Step("符合政策范围", yuan(bill.in_scope + bill.extra), basis)


def _layer_steps(payment: LayerPayment, policy: Policy) -> list[Step]:
    title = _title(payment.layer)
    steps = [Step(f"{title} 计算基数", yuan(payment.base), _base_basis(payment))]
    if payment.layer.deductible is not None:
        steps.append(Step(f"{title} 起付线", yuan(payment.deductible), _deductible_basis(payment)))
    if payment.beyond_limit:
        limit = payment.layer.cost_limit
        per = PER[limit.per] if limit else ""
        basis = f"起付线以上费用中超出{per}费用限额、不进入支付比例的部分"
        steps.append(Step(f"{title} 超费用限额", yuan(payment.beyond_limit), basis))
    steps += [_part(title, part, payment.scale) for part in payment.parts]
    steps.append(Step(f"{title} 支付", yuan(payment.payment), _payment_basis(payment, policy)))
    if payment.over_cap:
        basis = "封顶后未消耗的分段费用，四舍五入到分"
        steps.append(Step(f"{title} 超封顶线费用", yuan(payment.over_cap), basis))
    return steps


def _base_basis(payment: LayerPayment) -> str:
    basis = _base_words(payment.layer)
    if payment.layer.over_year:
        own = payment.base - payment.earlier_base
        return f"本年累计：此前 {written(payment.earlier_base)} ＋ 本次 {written(own)}（{basis}）"
    return basis


def _base_words(layer: Layer) -> str:
    base = layer.base
    if isinstance(base, InScope):
        return "符合政策范围"
    if isinstance(base, Only):
        return "首层的" + "、".join(COMPONENT_LABELS[name] for name in base.components)
    words = "符合政策范围减去前面各层支付"
    if isinstance(base, Remaining):
        words += "".join(f"，加{CHARGE_LABELS[name]}" for name in base.with_charges)
        words += "".join(f"，减首层{COMPONENT_LABELS[name]}" for name in base.without)
    return words


def _deductible_basis(payment: LayerPayment) -> str:
    rule = payment.layer.deductible
    per = PER[rule.per] if rule else ""
    basis = f"{per}起付线 {written(payment.deductible_due)}"
    if payment.borne_before:
        basis += f" − 此前已承担 {written(payment.borne_before)}"
    if rule and rule.year_limit is not None:
        basis += f"，本年起付线合计不超过 {written(rule.year_limit)}"
    return f"{basis}，不超过基数 {written(payment.base)}"


def _part(title: str, part: Part, scale: int) -> Step:
    label = f"{title} 分段 {written(part.start)}–{written(part.start + part.cost)}"
    basis = f"{written(part.cost)} × {_percent(part.ratio, scale)}"
    return Step(label, yuan(half_up(part.cost * part.ratio, scale)), basis)


def _payment_basis(payment: LayerPayment, policy: Policy) -> str:
    basis = "各段逐段四舍五入后合计" if policy.round_slices else "各段合计"
    basis += f" {_exact(payment.uncapped, payment.scale)}"
    if payment.fixed_deduction:
        basis += f" − 定额扣减 {written(payment.fixed_deduction)}"
    if payment.layer.over_year:
        basis += f" − 本年本层此前已支付 {written(payment.paid_before)}"
    if payment.cap is not None:
        basis += f"，{PER[payment.cap.per]}封顶线剩余 {written(payment.cap.left)}"
    if payment.room * payment.scale < payment.uncapped:
        basis += f"，不超过总额减前面各层支付 {written(payment.room)}"
    return f"{basis}，四舍五入到分"


def _shares(policy: Policy, person: Person, visit: Visit, benefit: Benefit) -> list[Step]:
    total = fen(visit.charges.total)
    funds = " ＋ ".join(f"{FUND_LABELS[fund]} {amount}" for fund, amount in benefit.funds.items())
    steps = [
        Step("基金支付合计", benefit.fund_total, funds or "本类别没有基金支付"),
        Step("个人负担", benefit.personal, f"总额 {written(total)} − 基金支付 {benefit.fund_total}"),
    ]
    if visit.kind in policy.account_pays_for:
        used = f"余额 {person.account_balance} 与个人负担 {benefit.personal} 取小"
        basis = used if visit.use_account else "本次选择不使用个人账户"
    else:
        basis = "个人账户不支付本类别"
    steps.append(Step("个人账户支付", benefit.account, basis))
    steps.append(Step("现金支付", benefit.cash, f"个人负担 {benefit.personal} − 个人账户 {benefit.account}"))
    return steps


def _title(layer: Layer) -> str:
    kind, _, rest = layer.name.partition(".")
    fund, _, place = rest.partition(".")
    if kind in Service.values and fund == layer.fund:  # the name a layer has where the file gives none
        return FUND_LABELS[layer.fund] + (f"（第{place}层）" if place else "")
    return f"{FUND_LABELS[layer.fund]}（{layer.name}）"


def _percent(ratio: int, scale: int) -> str:
    return f"{decimal_of(Fraction(100 * ratio, scale))}%"


def _exact(amount: int, scale: int) -> str:
    """An amount in fen over a scale as exact yuan, with two decimals or more."""
    whole, rest = divmod(amount, scale)
    return written(whole) if rest == 0 else decimal_of(Fraction(amount, 100 * scale))
