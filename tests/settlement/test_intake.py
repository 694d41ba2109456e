"""A visit is settled, or refused with the condition that fails and nothing kept."""

from collections.abc import Callable
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from common.gate import InvalidMessage
from common.transitions import Refused
from filings.enums import Category, Material
from registry.models import Enrolment, Institution
from settlement import intake
from settlement.models import ChargeLine, IncomingMessage, MessageBody, Settlement, SettlementSteps
from tests.conftest import at
from tests.stories import (
    bill,
    file,
    late_visit,
    message_number,
    open_hospital,
    publish,
    refused_without_trace,
    reverse,
    somebody,
    traveller,
    visit,
    yuan,
)

pytestmark = pytest.mark.django_db
SETTLED = "2026-09-03 09:00"


@pytest.fixture
def beijing(db: None) -> Institution:
    publish()
    return open_hospital("H11010100009", "119900", "110000")


def send(payload: dict[str, Any], sender: str = "H11010100009", received: str = SETTLED) -> Settlement:
    return intake.settle(sender, message_number(sender), payload, at=at(received))


# What is kept of an accepted visit


def test_a_visit_is_kept_with_its_message_its_charges_and_its_steps(beijing: Institution) -> None:
    enrolment = traveller(balance="30.00")
    settled = visit(enrolment, beijing, "outpatient", SETTLED, in_scope="100.00", out_of_scope="20.00")
    assert (settled.total, settled.fund_total, settled.personal) == yuan("120.00", "50.00", "70.00")
    assert (settled.account, settled.cash) == yuan("30.00", "40.00")
    assert settled.message is not None
    body = MessageBody.objects.get(month="2026-09", message_id=settled.message_id)
    assert body.payload["total"] == "120.00"
    line = ChargeLine.objects.get(month="2026-09", settlement_id=settled.pk)
    assert (line.amount, line.out_of_scope, line.in_scope) == yuan("120.00", "20.00", "100.00")
    steps = SettlementSteps.objects.get(month="2026-09", settlement_id=settled.pk).steps
    assert all(label and basis is not None for label, _, basis in steps)


def test_the_same_message_twice_gives_the_same_settlement(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00")
    first = intake.settle(beijing.code, "M1", payload, at=at(SETTLED))
    again = intake.settle(beijing.code, "M1", dict(reversed(payload.items())), at=at("2026-09-03 09:05"))
    assert again == first
    assert Settlement.objects.count() == IncomingMessage.objects.count() == 1


def test_the_same_number_with_other_content_is_refused(beijing: Institution) -> None:
    enrolment = traveller()
    payload = bill(enrolment, beijing, "outpatient", SETTLED, in_scope="100.00")
    intake.settle(beijing.code, "M1", payload, at=at(SETTLED))
    other = bill(enrolment, beijing, "outpatient", SETTLED, in_scope="100.01")
    refusal = refused_without_trace(lambda: intake.settle(beijing.code, "M1", other, at=at(SETTLED)), Refused)
    assert (refusal.field, refusal.remedy) == ("msgid", "请使用新的报文ID重新发送。")


def test_two_senders_may_use_the_same_number(beijing: Institution) -> None:
    enrolment = traveller()
    other = open_hospital("H11010100008", "119900", "110000")
    for hospital in (beijing, other):
        payload = bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00")
        intake.settle(hospital.code, "M1", payload, at=at(SETTLED))
    assert Settlement.objects.count() == 2


def test_a_refused_message_is_judged_anew_when_it_comes_again(beijing: Institution) -> None:
    enrolment = somebody()
    payload = bill(enrolment, beijing, "outpatient", SETTLED, in_scope="100.00")
    refused_without_trace(lambda: intake.settle(beijing.code, "M1", payload, at=at(SETTLED)), Refused)
    file(enrolment, Category.LONG_TERM_RESIDENT, "110000", {Material.RESIDENCE_PROOF})
    assert intake.settle(beijing.code, "M1", payload, at=at(SETTLED)).number


def test_a_reversal_sent_twice_gives_the_same_reversal(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00")
    payload = {"settlement_number": settled.number, "reversed_at": at("2026-09-04 09:00").isoformat()}
    first, again = (intake.reverse(beijing.code, "M9", payload, at=at("2026-09-04 09:00")) for _ in range(2))
    assert first == again
    assert Settlement.objects.filter(reversal_of=settled).count() == 1


def test_a_reversal_of_nothing_is_refused(beijing: Institution) -> None:
    payload = {"settlement_number": "JS404", "reversed_at": at(SETTLED).isoformat()}
    refusal = refused_without_trace(lambda: intake.reverse(beijing.code, "M9", payload, at=at(SETTLED)), Refused)
    assert refusal.field == "setl_id"


# Each condition, with its reason and nothing kept


def _unknown_person(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00") | {"person_number": "404"}


def _other_insurance(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00") | {"insurance": "resident"}


def _suspended(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    Enrolment.objects.filter(pk=enrolment.pk).update(status="suspended")
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00")


def _ended(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    Enrolment.objects.filter(pk=enrolment.pk).update(valid_until=date(2026, 9, 2))
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00")


def _unknown_institution(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00") | {"institution_code": "H99999999999"}


def _agreement_over(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    hospital.agreements.update(valid_until=date(2026, 9, 2))
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00")


def _not_networked(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    hospital.services.filter(service="outpatient").update(valid_until=date(2026, 9, 2))
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00")


def _own_province(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    at_home = open_hospital("H34010200001", "340200", "340200")
    return bill(enrolment, at_home, "outpatient", SETTLED, in_scope="100.00")


def _area_not_open(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    enrolment.area.opens_outpatient = False
    enrolment.area.save()
    return bill(enrolment, hospital, "outpatient", SETTLED, in_scope="100.00")


def _filed_elsewhere(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    elsewhere = open_hospital("H41010200001", "410100", "410100")
    return bill(enrolment, elsewhere, "outpatient", SETTLED, in_scope="100.00")


def _before_the_filing(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    return bill(enrolment, hospital, "inpatient", SETTLED, begun_on="2026-08-19", in_scope="900.00")


def _no_policy_of_the_service(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    hospital.services.create(service="chronic", valid_from=date(2023, 1, 1))
    return bill(enrolment, hospital, "chronic", SETTLED, in_scope="100.00", disease="M03900")


def _dated_ahead(enrolment: Enrolment, hospital: Institution) -> dict[str, Any]:
    return bill(enrolment, hospital, "outpatient", "2026-09-03 09:06", in_scope="100.00")


@pytest.mark.parametrize(
    ("make", "field", "words"),
    [
        (_unknown_person, "psn_no", "没有此险种的参保关系"),
        (_other_insurance, "psn_no", "没有此险种的参保关系"),
        (_ended, "psn_no", "没有此险种的参保关系"),
        (_suspended, "psn_insu_stas", "暂停参保"),
        (_unknown_institution, "fixmedins_code", "没有机构"),
        (_agreement_over, "fixmedins_code", "医保服务协议"),
        (_not_networked, "fixmedins_code", "未联网开通普通门诊"),
        (_own_province, "institution_code", "不属于跨省"),
        (_area_not_open, "service", "尚未开通普通门诊"),
        (_filed_elsewhere, "filing", "没有覆盖"),
        (_before_the_filing, "filing", "没有覆盖"),
        (_no_policy_of_the_service, "policy", ""),
        (_dated_ahead, "setl_time", "晚于收到报文的时间"),
    ],
)
def test_a_condition_that_fails_is_named_and_nothing_is_kept(
    beijing: Institution, make: Callable[[Enrolment, Institution], dict[str, Any]], field: str, words: str
) -> None:
    payload = make(traveller(), beijing)
    refusal = refused_without_trace(lambda: send(payload), Refused)
    assert refusal.field == field
    assert words in str(refusal)
    assert refusal.remedy


def test_without_a_policy_in_force_nothing_is_settled(db: None) -> None:
    hospital = open_hospital("H11010100009", "119900", "110000")
    payload = bill(traveller(), hospital, "outpatient", SETTLED, in_scope="100.00")
    refusal = refused_without_trace(lambda: send(payload), Refused)
    assert refusal.field == "policy"
    assert "没有生效的" in str(refusal)


def test_a_hospitals_clock_may_be_five_minutes_ahead(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", "2026-09-03 09:05", in_scope="100.00")
    assert send(payload).number


def test_a_filing_made_up_before_the_discharge_settlement_covers_the_stay(beijing: Institution) -> None:
    enrolment = somebody()
    payload = bill(enrolment, beijing, "inpatient", SETTLED, begun_on="2026-08-25", in_scope="900.00")
    refused_without_trace(lambda: send(payload), Refused)
    file(enrolment, Category.REFERRAL, "110000", {Material.REFERRAL_PROOF})
    assert send(payload).filing_category == Category.REFERRAL


# The gate


def faults(payload: dict[str, Any]) -> dict[str, tuple[str, str]]:
    invalid = refused_without_trace(lambda: send(payload), InvalidMessage)
    assert all(error.wrong and error.remedy for error in invalid.errors)
    return {error.field: (error.wrong, error.remedy) for error in invalid.errors}


def test_parts_that_do_not_add_up_are_named_with_the_line_and_what_to_do(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00")
    payload["charges"][0]["in_scope"] = "99.99"
    wrong, remedy = faults(payload)["charges.0"]
    assert "100.00" in wrong
    assert "99.99" in wrong
    assert remedy == "请核对费用分割后重传。"


def test_a_total_that_is_not_the_sum_of_the_lines_is_named(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00") | {"total": "100.01"}
    [(wrong, remedy)] = faults(payload).values()
    assert "100.01" in wrong
    assert remedy == "请先上传全部费用再结算。"


@pytest.mark.parametrize("amount", [100.0, 0.1, 1e3])
def test_floats_are_refused(beijing: Institution, amount: float) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00") | {"total": amount}
    assert faults(payload)["total"] == ("金额不能是浮点数。", "请以字符串或定点数传送。")


@pytest.mark.parametrize("amount", ["100.001", "-1.00", "NaN", "Infinity", "一百", "99999999999999999.00"])
def test_what_is_no_amount_in_fen_is_refused(beijing: Institution, amount: str) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00") | {"total": amount}
    assert "total" in faults(payload)


def test_decimals_and_whole_numbers_are_amounts(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00")
    assert send(payload | {"total": Decimal("100.00")}).total == send(payload | {"total": 100}).total


def test_a_time_without_offset_is_refused(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, in_scope="100.00")
    assert "settled_at" in faults(payload | {"settled_at": "2026-09-03T09:00:00"})


def test_every_fault_of_a_message_is_named_at_once(beijing: Institution) -> None:
    named = faults({"service": "dentist", "total": 1.5, "nickname": "王"}).keys()
    assert named >= {"psn_no", "service", "total", "nickname"}


def test_a_visit_that_begins_after_it_ends_is_refused(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", SETTLED, begun_on="2026-09-04", in_scope="100.00")
    [(wrong, _)] = faults(payload).values()
    assert "晚于结算日" in wrong


# Days, months and periods are Shanghai's


@pytest.mark.parametrize(
    ("moment", "day", "month"),
    [
        ("2026-09-30 23:59", date(2026, 9, 30), "2026-09"),
        ("2026-10-01 00:00", date(2026, 10, 1), "2026-10"),
        ("2026-12-31 23:59", date(2026, 12, 31), "2026-12"),
        ("2027-01-01 00:00", date(2027, 1, 1), "2027-01"),
    ],
)
@pytest.mark.parametrize("hours", [8, 0, -5])
def test_the_moment_in_shanghai_decides_day_month_and_period(
    beijing: Institution, moment: str, day: date, month: str, hours: int
) -> None:
    enrolment = traveller()
    payload = bill(enrolment, beijing, "outpatient", moment, begun_on="2026-09-01", in_scope="100.00")
    elsewhere = at(moment).astimezone(timezone(timedelta(hours=hours))).isoformat()
    settled = send(payload | {"settled_at": elsewhere}, received=moment)
    assert (settled.settled_on, settled.settled_month, settled.period) == (day, month, month)
    assert settled.number.startswith(f"JS{day:%Y%m%d}")
    assert IncomingMessage.objects.get().month == month


def test_a_bill_that_arrives_late_belongs_to_the_day_it_was_settled(beijing: Institution) -> None:
    settled = late_visit("2026-10-02 08:00", traveller(), beijing, "2026-09-30 17:00", in_scope="100.00")
    assert (settled.settled_on, settled.period) == (date(2026, 9, 30), "2026-09")
    assert settled.message is not None
    assert settled.message.month == "2026-10"


def test_a_reversal_is_dated_by_its_own_day(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-30 23:59", in_scope="100.00")
    taken_back = reverse(settled, "2026-10-01 00:00")
    assert (taken_back.settled_on, taken_back.settled_month) == (date(2026, 10, 1), "2026-09")
