"""A visit is settled once and for all; a mistake is taken back by a settlement of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.dates import Month
from common.numbers import next_number
from common.transitions import Refused
from filings.models import Filing
from registry.models import Enrolment, Institution
from settlement import published_policies, year_amounts
from settlement.enums import Fund, InpatientType, Place
from settlement.messages import VisitMessage
from settlement.models import FUND_COLUMNS, ChargeLine, IncomingMessage, Policy, Settlement, SettlementSteps
from settlement.periods import period_for, reversal_period_for
from settlement.rules import Benefit, Charges, NotCovered, Person, Visit, explain_benefit

AMOUNTS = (
    "total", "out_of_scope", "over_limit", "first_self_pay", "in_scope", "deductible", *FUND_COLUMNS.values(),
    "fund_total", "personal", "account", "cash",
)  # fmt: skip


@dataclass(frozen=True)
class Admitted:
    """A visit that passed every condition: whose, where, and by which filing."""

    message: VisitMessage
    enrolment: Enrolment
    institution: Institution
    level: str
    filing: Filing | None
    kept_as: IncomingMessage | None = None

    @property
    def settled_on(self) -> date:
        return timezone.localdate(self.message.settled_at)


def settle(admitted: Admitted) -> Settlement:
    """Settle the visit: benefit, settlement, charges, steps, yearly totals and account in one transaction."""
    with transaction.atomic():
        years = year_amounts.years_of(admitted.message.begun_on, admitted.settled_on)
        rows = year_amounts.locked(admitted.enrolment, years)
        enrolment = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(
            pk=admitted.enrolment.pk
        )  # fmt: skip
        policy = published_policies.in_force(enrolment, admitted.settled_on)
        benefit = _benefit(admitted, enrolment, policy, rows)
        settlement = _settlement(admitted, policy, benefit)
        settlement.save(force_insert=True)
        _keep_details(settlement, admitted.message, benefit)
        year_amounts.add(rows, settlement.kept)
        if settlement.account:
            enrolment.account_balance -= settlement.account
            enrolment.save(update_fields=["account_balance"])
    return settlement


def reverse(settlement: Settlement, *, at: datetime, kept_as: IncomingMessage | None = None) -> Settlement:
    """Take the settlement back (article 42): every amount negated, yearly totals and account restored.

    Later visits of the year stand as they were settled.
    """
    with transaction.atomic():
        enrolment = Enrolment.objects.filter(
            person_id=settlement.person_id, insurance=settlement.insurance, area_id=settlement.home_area_id
        ).latest("valid_from")
        rows = year_amounts.locked(enrolment, year_amounts.years_of(settlement.begun_on, settlement.settled_on))
        enrolment = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        _refuse_second_reversal(settlement)
        if at < settlement.settled_at:
            raise Refused(
                f"冲销时间早于结算 {settlement.number} 的时间。", field="reversed_at", remedy="请核对冲销时间后重传。"
            )
        reversal = _reversal(settlement, at, kept_as)
        reversal.save(force_insert=True)
        year_amounts.add(rows, settlement.kept, sign=-1)
        _negate_details(settlement, reversal)
        if settlement.account:
            enrolment.account_balance += settlement.account
            enrolment.save(update_fields=["account_balance"])
    return reversal


def _benefit(admitted: Admitted, enrolment: Enrolment, policy: Policy, rows: Any) -> Benefit:
    message = admitted.message
    person = Person(
        area=enrolment.area_id,
        insurance=enrolment.insurance,
        person=enrolment.person_type,
        aid=enrolment.aid,
        born_on=enrolment.person.born_on,
        insured_months=enrolment.insured_months,
        tags=frozenset(enrolment.tags),
        account_balance=enrolment.account_balance,
    )
    visit = Visit(
        id="",
        kind=message.service,
        settled_on=admitted.settled_on,
        charges=Charges(
            message.total,
            message.sum_of("out_of_scope"),
            message.sum_of("over_limit"),
            message.sum_of("first_self_pay"),
        ),
        place=Place.OFF_SITE,
        level=admitted.level,
        institution=admitted.institution.code,
        filing=admitted.filing.category if admitted.filing else "none",
        disease=message.disease or None,
        transfer=message.inpatient_type == InpatientType.TRANSFER,
        admitted_on=message.begun_on,
        use_account=message.use_account,
    )
    try:
        return explain_benefit(
            published_policies.rules_of(policy.pk, policy.digest), person, visit, year_amounts.kept(rows)
        )
    except NotCovered as refusal:
        raise Refused(
            refusal.message, field="policy", remedy="请咨询参保地经办机构，或先行垫付后按规定办理。"
        ) from None


def _settlement(admitted: Admitted, policy: Policy, benefit: Benefit) -> Settlement:
    message, enrolment, institution = admitted.message, admitted.enrolment, admitted.institution
    period = period_for(institution, Month.of(admitted.settled_on))
    return Settlement(
        number=next_number("JS", admitted.settled_on),
        message=admitted.kept_as,
        person_id=enrolment.person_id,
        insurance=enrolment.insurance,
        home_area_id=enrolment.area_id,
        home_province_id=enrolment.province_id,
        institution=institution,
        host_area_id=institution.area_id,
        host_province_id=institution.province_id,
        filing=admitted.filing,
        filing_category=admitted.filing.category if admitted.filing else "none",
        policy=policy,
        service=message.service,
        disease=message.disease,
        begun_on=message.begun_on,
        settled_at=message.settled_at,
        settled_on=admitted.settled_on,
        settled_month=str(Month.of(admitted.settled_on)),
        period=str(period),
        origin_period=str(period),
        total=message.total,
        out_of_scope=message.sum_of("out_of_scope"),
        over_limit=message.sum_of("over_limit"),
        first_self_pay=benefit.first_self_pay,
        in_scope=benefit.in_scope,
        deductible=benefit.deductible,
        fund_total=benefit.fund_total,
        personal=benefit.personal,
        account=benefit.account,
        cash=benefit.cash,
        kept=year_amounts.entries(benefit.kept),
        **{FUND_COLUMNS[Fund(fund)]: amount for fund, amount in benefit.funds.items()},
    )


def _keep_details(settlement: Settlement, message: VisitMessage, benefit: Benefit) -> None:
    ChargeLine.objects.bulk_create(
        ChargeLine(
            month=settlement.period, settlement_id=settlement.pk, line=line, category=charge.category,
            amount=charge.amount, out_of_scope=charge.out_of_scope, over_limit=charge.over_limit,
            first_self_pay=charge.first_self_pay, in_scope=charge.in_scope,
        )
        for line, charge in enumerate(message.charges, start=1)
    )  # fmt: skip
    steps = [[step.label, str(step.amount), step.basis] for step in benefit.steps]
    SettlementSteps.objects.create(month=settlement.period, settlement_id=settlement.pk, steps=steps)


def _refuse_second_reversal(settlement: Settlement) -> None:
    if settlement.reversal_of_id:
        raise Refused(f"{settlement.number} 本身是冲销，不能再冲销。", field="setl_id", remedy="请核对结算编号。")
    if earlier := Settlement.objects.filter(reversal_of=settlement).first():
        raise Refused(f"{settlement.number} 已由 {earlier.number} 冲销。", field="setl_id", remedy="无需再次冲销。")


def _reversal(settlement: Settlement, at: datetime, kept_as: IncomingMessage | None) -> Settlement:
    on = timezone.localdate(at)
    same = (
        "person_id", "insurance", "home_area_id", "home_province_id", "institution_id", "host_area_id",
        "host_province_id", "filing_id", "filing_category", "policy_id", "service", "disease", "begun_on",
        "settled_month",
    )  # fmt: skip
    period = reversal_period_for(settlement, Month.of(on))
    return Settlement(
        number=next_number("JS", on),
        message=kept_as,
        reversal_of=settlement,
        settled_at=at,
        settled_on=on,
        period=str(period),
        returned=str(period) != settlement.period,
        origin_period=settlement.period,
        kept=[[*entry[:3], entry[3].removeprefix("-") if entry[3].startswith("-") else f"-{entry[3]}"]
              for entry in settlement.kept],
        **{name: getattr(settlement, name) for name in same},
        **{name: -getattr(settlement, name) for name in AMOUNTS},
    )  # fmt: skip


def _negate_details(settlement: Settlement, reversal: Settlement) -> None:
    parts = ("amount", "out_of_scope", "over_limit", "first_self_pay", "in_scope")
    lines = list(ChargeLine.objects.filter(month=settlement.period, settlement_id=settlement.pk))
    ChargeLine.objects.bulk_create(
        ChargeLine(
            month=reversal.period, settlement_id=reversal.pk, line=line.line, category=line.category,
            item_code=line.item_code, item_name=line.item_name, quantity=line.quantity, unit_price=line.unit_price,
            **{part: -getattr(line, part) for part in parts},
        )
        for line in lines
    )  # fmt: skip
    step = [["冲销原结算", str(reversal.fund_total), f"原结算 {settlement.number}，各项金额取反（规程第四十二条）"]]
    SettlementSteps.objects.create(month=reversal.period, settlement_id=reversal.pk, steps=step)
