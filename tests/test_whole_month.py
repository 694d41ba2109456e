"""One month from filing to notice, as a story; the newcomer's tour of the house.

Two people of Henan and Jiangxi are treated in Beijing in September 2026, one of Beijing in Zhengzhou. Every amount is
worked out beside the line that expects it.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from clearing import workflow as clearing_workflow
from clearing.closing import close, lines_of
from clearing.enums import NoticeKind, SheetStatus
from clearing.models import Notice, Sheet, SheetRow
from common.dates import Month
from common.terms import receipt, terms_of
from common.transitions import Refused, broken_links, history
from filings.enums import Category, Material, Status
from registry.enums import Role
from registry.models import Agency, Institution, Staff
from settlement import statement_lines, statements
from settlement.models import Settlement, SettlementSteps, Statement, YearAmounts
from tests.conftest import at
from tests.stories import BEIJING, file, insured, open_hospital, publish, reverse, run_until, visit, yuan

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


@pytest.fixture
def zhengzhou_hospital(db: None) -> Institution:
    """Where the traveller from Beijing is treated."""
    return open_hospital("H41010200001", "410100", "410100", "inpatient")


def test_a_month_from_filing_to_notice(
    home_clerk: Staff,
    host_clerk: Staff,
    hospital_staff: Staff,
    hospital: Institution,
    zhengzhou_hospital: Institution,
    henan_supervisor: Staff,
    beijing_supervisor: Staff,
) -> None:
    # The people. 王 is retired and lives in Beijing; 李 is referred there; 张 works in Zhengzhou.
    wang = insured("411600", "王一", "990000195503010014", date(1955, 3, 1), "retired", "300.00")
    li = insured("360100", "李二", "990000198005200021", date(1980, 5, 20), "active", "0.00")
    zhang = insured("119900", "张三", "990000197511110033", date(1975, 11, 11), "active", "0.00")
    publish(BEIJING)

    # Filing. Applied for on Friday, due in two working days: Monday and Tuesday (article 9).
    filing = file(wang, Category.LONG_TERM_RESIDENT, "110000", {Material.RESIDENCE_PROOF}, home_clerk)
    term = terms_of(filing).get()
    assert term.due_on == date(2026, 8, 18)
    assert [day.on.day for day in receipt(term).days if day.counted] == [17, 18]
    assert (term.ended_on, filing.status, filing.valid_until) == (date(2026, 8, 17), Status.ACTIVE, None)
    referral = file(li, Category.REFERRAL, "110000", {Material.REFERRAL_PROOF})
    assert referral.valid_until == date(2027, 2, 19)  # six months from 20 August
    file(zhang, Category.POSTED_WORKER, "410100", {Material.WORK_CONTRACT})

    # 王 sees an outpatient doctor twice on one day. 420.00, of which 20.00 out of scope: in scope 400.00;
    # less 50.00 deductible is 350.00, at 60 % (retired, tertiary) 210.00 from the pool; the person's share 210.00 is
    # paid from the account, which falls from 300.00 to 90.00.
    first = visit(wang, hospital, "outpatient", "2026-09-03 09:00", in_scope="400.00", out_of_scope="20.00")
    assert (first.fund_total, first.personal, first.account, first.cash) == yuan("210.00", "210.00", "210.00", "0.00")
    assert (first.filing, first.period, first.filing_category) == (filing, "2026-09", "long_term_resident")
    # The same hospital on the same day: the deductible is borne already, 100.00 at 60 % is 60.00; of the person's
    # 40.00 the account pays all and falls to 50.00.
    second = visit(wang, hospital, "outpatient", "2026-09-03 15:00", in_scope="100.00")
    assert (second.fund_total, second.account, second.cash) == yuan("60.00", "40.00", "0.00")
    # A third visit is taken back the next day: account and yearly totals are as if it had not been.
    third = visit(wang, hospital, "outpatient", "2026-09-20 10:00", in_scope="150.00")
    assert (third.fund_total, third.account, third.cash) == yuan("60.00", "50.00", "40.00")  # (150 − 50) × 60 %
    taken_back = reverse(third, "2026-09-21 10:00")
    assert taken_back.fund_total == -third.fund_total
    wang.refresh_from_db()
    assert wang.account_balance == Decimal("50.00")

    # 李 lies in hospital from 10 to 15 September. 20 000.00 = 1 000.00 out of scope + 500.00 first self-pay +
    # 18 500.00 in scope; less 800.00 is 17 700.00, at 85 % 15 045.00.
    stay = visit(
        li, hospital, "inpatient", "2026-09-15 11:00", begun_on="2026-09-10", in_scope="18500.00",
        out_of_scope="1000.00", first_self_pay="500.00",
    )  # fmt: skip
    assert (stay.fund_total, stay.personal, stay.deductible) == yuan("15045.00", "4955.00", "800.00")
    # 张 the other way: 10 500.00 less 500.00 at 90 % is 9 000.00.
    other_way = visit(zhang, zhengzhou_hospital, "inpatient", "2026-09-28 16:00", in_scope="10500.00")
    assert other_way.fund_total == Decimal("9000.00")
    assert steps_of(stay)[-1][1] == "4955.00"

    # 1 October: the schedule draws up the statements. Beijing's hospital: 王's visits of 420.00 + 100.00 in one line
    # (the one taken back nets), 李's stay in another.
    run_until("2026-10-01 08:00")
    statement = Statement.objects.get(institution=hospital)
    assert [(line.visits, line.total, line.amount) for line in statement.lines.order_by("amount")] == [
        (2, Decimal("520.00"), Decimal("520.00")),  # funds 210.00 + 60.00 and account 210.00 + 40.00
        (1, Decimal("20000.00"), Decimal("15045.00")),
    ]
    assert statement.due_on == date(2026, 10, 20)  # stays on the day, holiday or not (article 40)
    assert {s.number for line in statement.lines.all() for s in statement_lines.settlements_of_line(line)} == {
        first.number, second.number, third.number, taken_back.number, stay.number,
    }  # fmt: skip

    # People agree: the hospital, then its office; in Zhengzhou likewise.
    for each in Statement.objects.all():
        statements.agree_as_institution(each, by=hospital_staff, at=at("2026-10-12 10:00"))
        statements.agree(each, by=host_clerk, at=at("2026-10-13 10:00"))

    # Day 21: the sheet. Henan owes Beijing 520.00, Jiangxi owes Beijing 15 045.00, Beijing owes Henan 9 000.00.
    run_until("2026-10-21 01:00")
    sheet = Sheet.objects.get(period="2026-09")
    assert (sheet.generated_on, sheet.amount, sheet.settlements) == (date(2026, 10, 21), Decimal("24565.00"), 4)
    owed = {(row.home_id, row.host_id, row.service): row.amount for row in sheet.rows.all()}
    assert owed == {
        ("410000", "110000", "outpatient"): Decimal("520.00"),
        ("360000", "110000", "inpatient"): Decimal("15045.00"),
        ("110000", "410000", "inpatient"): Decimal("9000.00"),
    }
    parts = {part.province_id: (part.payable, part.receivable) for part in sheet.provinces.all()}
    assert parts["410000"] == yuan("520.00", "9000.00")
    assert parts["110000"] == yuan("9000.00", "15565.00")
    assert len(parts) == 32
    assert_every_row_is_the_sum_of_its_settlements(sheet)

    # The provinces confirm by the 25th; Jiangxi forgets, and silence confirms nothing.
    for code, by in (("410000", henan_supervisor), ("110000", beijing_supervisor)):
        clearing_workflow.confirm(sheet.provinces.get(province=code), by=by, at=at("2026-10-23 10:00"))
    jiangxi = sheet.provinces.get(province="360000")
    assert jiangxi.due_on == date(2026, 10, 25)

    # Month end: notices for what both sides confirmed. Henan pays 520.00 and receives 9 000.00.
    run_until("2026-10-31 01:00")
    assert noticed() == {
        ("410000", NoticeKind.PAYMENT): Decimal("520.00"),
        ("410000", NoticeKind.RECEIPT): Decimal("9000.00"),
        ("110000", NoticeKind.PAYMENT): Decimal("9000.00"),
        ("110000", NoticeKind.RECEIPT): Decimal("520.00"),
    }
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.GENERATED

    # Asked again, the schedule has nothing left to do; the month cannot be closed a second time.
    assert run_until("2026-10-31 01:00") == []
    with pytest.raises(Refused, match="一个月只清算一次"):
        close(SEPTEMBER, at("2026-10-31 02:00"))
    assert Sheet.objects.count() == 1

    # Jiangxi confirms in November: the sheet is confirmed as a whole, and its money is noticed at the next month end.
    by = Staff.objects.create(
        username="jiangxi", name="江西", role=Role.SUPERVISOR, agency=Agency.objects.get(pk="360000")
    )
    clearing_workflow.confirm(jiangxi, by=by, at=at("2026-11-03 10:00"))
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.CONFIRMED

    # A refund after clearing (article 42): on 5 November 王's second visit is taken back. Its month is cleared, so
    # Beijing returns 60.00 + 40.00 = 100.00 to Henan in the period of November, marked * (article 51).
    refund = reverse(second, "2026-11-05 10:00")
    assert (refund.period, refund.settled_month, refund.returned) == ("2026-11", "2026-09", True)
    run_until("2026-12-01 08:00")
    november = Statement.objects.get(institution=hospital, period="2026-11")
    statements.agree_as_institution(november, by=hospital_staff, at=at("2026-12-08 10:00"))
    statements.agree(november, by=host_clerk, at=at("2026-12-09 10:00"))
    run_until("2026-12-21 01:00")
    [row] = SheetRow.objects.filter(sheet__period="2026-11")
    assert (row.home_id, row.host_id, row.returned, row.visits) == ("410000", "110000", True, 1)
    assert (row.fund, row.account, row.amount, row.months) == (*yuan("60.00", "40.00", "100.00"), ["2026-09"])
    december = Sheet.objects.get(period="2026-11")
    parts = {part.province_id: (part.payable, part.receivable) for part in december.provinces.all()}
    assert parts["110000"] == yuan("100.00", "0.00")
    assert parts["410000"] == yuan("0.00", "100.00")
    assert_every_row_is_the_sum_of_its_settlements(december)

    # Everything that happened is on record, chained.
    for case in (filing, statement, sheet, jiangxi):
        assert broken_links(history(case)) == []
    assert [change.verb for change in history(filing)] == ["申请", "准予备案"]
    assert YearAmounts.objects.filter(person=wang.person, year=2026).count() == 1
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.NOTICED


def test_an_empty_month_has_an_empty_sheet(db: None) -> None:
    assert close(OCTOBER, at("2026-11-21 00:10")).amount == Decimal("0.00")


def steps_of(settlement: Settlement) -> list[list[str]]:
    return SettlementSteps.objects.get(month=settlement.period, settlement_id=settlement.pk).steps


def noticed() -> dict[tuple[str, str], Decimal]:
    return {(notice.province_id, notice.kind): notice.amount for notice in Notice.objects.all()}


def assert_every_row_is_the_sum_of_its_settlements(sheet: Sheet) -> None:
    """Row → statement lines → settlements: the same amount on each level, and payable = receivable."""
    for row in sheet.rows.all():
        lines = list(lines_of(row))
        settled = [statement_lines.settlements_of_line(line) for line in lines]
        fund, account = (abs(sum(s.aggregate(n=Sum(part))["n"] for s in settled)) for part in ("fund_total", "account"))
        assert abs(sum(line.amount for line in lines)) == row.amount == fund + account - row.deducted
    both = sheet.provinces.aggregate(payable=Sum("payable"), receivable=Sum("receivable"))
    assert both["payable"] == both["receivable"] == sheet.amount == sum(row.amount for row in sheet.rows.all())
