"""What a drafter should look at again before a policy is published: warnings, which refuse nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from common.law import NOTICE_2022_22, Article, Dated, Value
from filings.enums import Category
from registry.enums import Level, PersonType
from settlement.policy_file.conditions import NO_FILING
from settlement.rules import Charges, Layer, Person, Policy, Visit
from settlement.rules.bill import extra_ratio
from settlement.rules.fen import decimal_of
from settlement.rules.policy import InScope, Only, Rates
from settlement.rules.slices import rates_for
from settlement.rules.visit import facts_of
from settlement.rules.when import When, holds

LONG_TERM_CUT_POINTS = Dated(
    "percentage points a long-term filer's ratio at the filed place may lie below the home's own local one",
    Value(
        date(2022, 6, 30),
        0,
        Article(
            NOTICE_2022_22,
            "二(五)",
            "基本医疗保险基金的起付标准、支付比例、最高支付限额原则上执行参保地规定的本地就医时的标准",
        ),
    ),
)
REFERRAL_CUT_POINTS = Dated(
    "percentage points a referral's or an emergency's ratio may lie below the same level at home",
    Value(
        date(2022, 6, 30),
        10,
        Article(NOTICE_2022_22, "二(六)", "异地转诊人员和异地急诊抢救人员支付比例的降幅不超过10个百分点"),
    ),
)
OTHER_TEMPORARY_CUT_POINTS = Dated(
    "percentage points another temporary stay's ratio may lie below the same level at home",
    Value(
        date(2022, 6, 30),
        20,
        Article(NOTICE_2022_22, "二(六)", "非急诊且未转诊的其他跨省临时外出就医人员支付比例的降幅不超过20个百分点"),
    ),
)
CUT_POINTS: dict[str, Dated[int]] = {
    "retiree_relocated": LONG_TERM_CUT_POINTS,
    "long_term_resident": LONG_TERM_CUT_POINTS,
    "posted_worker": LONG_TERM_CUT_POINTS,
    "referral": REFERRAL_CUT_POINTS,
    "emergency": REFERRAL_CUT_POINTS,
    "other_temporary": OTHER_TEMPORARY_CUT_POINTS,
}


INSURED: dict[str, tuple[str, ...]] = {
    "employee": ("active", "retired"),
    "resident": ("resident", "minor", "student", "senior"),
}


@dataclass(frozen=True, slots=True)
class PolicyWarning:
    """A place in a policy that is allowed and yet may not be meant."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}：{self.message}"


def policy_warnings(policy: Policy) -> tuple[PolicyWarning, ...]:
    """All warnings of a policy in the order of the file; none for a policy that raises no question."""
    return tuple(_warnings(policy))


def _warnings(policy: Policy) -> Iterator[PolicyWarning]:
    if not policy.title:
        yield PolicyWarning("title", "没有写名称")
    if not policy.document.number and not policy.document.url:
        yield PolicyWarning("document", "没有写依据文件的文号或出处")
    for kind, layers in policy.benefits.items():
        yield from _without_rows(kind, layers)
        yield from _paid_twice(kind, layers)
        yield from _cuts(policy, kind, layers)


def _without_rows(kind: str, layers: tuple[Layer, ...]) -> Iterator[PolicyWarning]:
    for number, layer in enumerate(layers, start=1):
        key = f"benefits.{kind}.layers[{number}]"
        if not layer.slices.rows:
            yield PolicyWarning(f"{key}.slices.rows", "没有一行，适用本层的就诊都会被拒绝（not_covered）")
        if layer.deductible is not None and not layer.deductible.rows:
            yield PolicyWarning(f"{key}.deductible.rows", "没有一行，适用本层的就诊都会被拒绝（not_covered）")


def _paid_twice(kind: str, layers: tuple[Layer, ...]) -> Iterator[PolicyWarning]:
    """Two layers that may both apply and count the same cost: the payment is then only bounded by the total."""
    for (_, earlier), (number, layer) in combinations(enumerate(layers, start=1), 2):
        if _exclude_each_other(earlier.applies, layer.applies):
            continue
        key = f"benefits.{kind}.layers[{number}].base"
        if isinstance(layer.base, InScope):
            yield PolicyWarning(key, f"按全部符合政策范围费用计算，没有减去 {earlier.name} 已支付的部分，可能重复支付")
        elif isinstance(layer.base, Only) and isinstance(earlier.base, Only):
            shared = set(layer.base.components) & set(earlier.base.components)
            if shared:
                names = "、".join(sorted(shared))
                yield PolicyWarning(key, f"与 {earlier.name} 都按 {names} 计算，可能重复支付")


def _exclude_each_other(one: When, other: When) -> bool:
    """Whether the two conditions ask for different words of one fact."""
    return any(
        fact == same_fact
        and isinstance(words, frozenset)
        and isinstance(other_words, frozenset)
        and words.isdisjoint(other_words)
        for fact, words in one
        for same_fact, other_words in other
    )


def _cuts(policy: Policy, kind: str, layers: tuple[Layer, ...]) -> Iterator[PolicyWarning]:
    """For each filing category the greatest cut against the same level at home, where it is above its bound."""
    cuts = _greatest_cuts(policy, kind, layers)
    for filing, dated in CUT_POINTS.items():
        bound = dated.values[0]
        if policy.valid_until is not None and policy.valid_until < bound.since:
            continue
        value = dated.value_on(max(policy.valid_from, bound.since))
        points, who = cuts.get(filing, (Fraction(0), ""))
        if points > value.value:
            message = (
                f"{Category(filing).label}（{who}）的支付比例比本地同级别低 {decimal_of(points)} 个百分点，"
                f"超过 {value.value} 个百分点（{value.article}）"
            )
            yield PolicyWarning(f"benefits.{kind}", message)


def _greatest_cuts(policy: Policy, kind: str, layers: tuple[Layer, ...]) -> dict[str, tuple[Fraction, str]]:
    """By filing the greatest cut in points, with fund, person and level, over all that both sides have a row for."""
    found: dict[str, tuple[Fraction, str]] = {}
    for fund, person, level in product(dict.fromkeys(layer.fund for layer in layers), INSURED[policy.insurance], Level):
        of_fund = [layer for layer in layers if layer.fund == fund]
        home = _effective(policy, of_fund, _facts(policy, kind, person, level, "local", NO_FILING))
        who = f"{fund.label}，{PersonType(person).label}，{Level(level).label}"
        for filing in CUT_POINTS if home else ():
            away = _effective(policy, of_fund, _facts(policy, kind, person, level, "off_site", filing))
            if away:
                edges = {edge for edge, _ in (*home, *away)}
                cut = 100 * max(_at(home, edge) - _at(away, edge) for edge in edges)
                found[filing] = max(found.get(filing, (Fraction(0), "")), (cut, who))
    return found


Steps = list[tuple[int, Fraction]]


def _effective(policy: Policy, layers: list[Layer], facts: dict[str, Any]) -> Steps:
    """From which position on which ratio counts, after the off-site first self-pay; empty where it cannot be seen."""
    layer = next((layer for layer in layers if holds(layer.applies, facts)), None)
    rates = rates_for(layer, facts) if layer is not None else None
    if rates is None:
        return []
    extra = extra_ratio(policy, facts) or 0
    return [(start, ratio * (1 - extra)) for start, ratio in _starts(rates)]


def _starts(rates: Rates) -> Iterator[tuple[int, Fraction]]:
    start = 0
    for upto, ratio in rates.slices:
        yield start, Fraction(ratio, rates.scale)
        start = upto or 0


def _at(steps: Steps, position: int) -> Fraction:
    return next(ratio for start, ratio in reversed(steps) if start <= position)


def _facts(policy: Policy, kind: str, person: str, level: str, place: str, filing: str) -> dict[str, Any]:
    """An ordinary person at an ordinary visit, the first stay of the year."""
    visit = Visit(
        "", kind, policy.valid_from, Charges(Decimal(0)), place=place, level=level, filing=filing, transfer=False
    )
    who = Person(policy.area, policy.insurance, person, aid="none", tags=frozenset())
    return facts_of(who, visit, 1 if kind == "inpatient" else None)
