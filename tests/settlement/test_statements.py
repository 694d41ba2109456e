"""The month of an institution: drawn up once, agreed by day 20, rolled on, and no bill of it ever lost."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from clearing.closing import close
from clearing.models import Sheet, SheetRow
from common.dates import Month
from common.terms import terms_of
from common.transitions import Refused, broken_links, history
from registry.models import Institution
from settlement import statement_lines, statements
from settlement.enums import StatementStatus
from settlement.models import Statement, StatementLine
from tests.conftest import at
from tests.stories import (
    agree,
    agree_anew,
    hospital_in_beijing,
    late_visit,
    owed,
    refused_without_trace,
    reverse,
    run_until,
    small_hospitals,
    statement_of,
    traveller,
    visit,
)

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
DRAWN_AT = at("2026-10-01 00:10")


@pytest.fixture
def beijing(db: None) -> Institution:
    return hospital_in_beijing()


@pytest.fixture
def statement(beijing: Institution) -> Statement:
    """The September of a hospital with one visit of 100.00, half of it from the pool."""
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    assert statements.draw(SEPTEMBER, DRAWN_AT) == 1
    return statement_of(beijing, "2026-09")


def lines(statement: Statement) -> list[tuple[str, bool, int, Decimal]]:
    found = StatementLine.objects.filter(statement=statement).order_by("settled_month", "returned")
    return [(line.settled_month, line.returned, line.visits, line.amount) for line in found]


# Drawing


def test_a_statement_is_drawn_once(statement: Statement) -> None:
    assert (statement.status, statement.agency_id, statement.amount) == ("drawn", "119900", Decimal("50.00"))
    assert (statement.period, statement.declared_period, statement.delayed_months) == ("2026-09", "2026-09", 0)
    assert statement.due_on == date(2026, 10, 20)
    assert refused_nothing(lambda: statements.draw(SEPTEMBER, DRAWN_AT)) == 0


def refused_nothing(act: Callable[[], int]) -> int:
    """What an act returns that changes no row."""
    before = list(Statement.objects.values()), list(StatementLine.objects.values())
    returned = act()
    assert before == (list(Statement.objects.values()), list(StatementLine.objects.values()))
    return returned


def test_a_month_without_visits_has_no_statement(beijing: Institution) -> None:
    assert statements.draw(SEPTEMBER, DRAWN_AT) == 0


def test_lines_part_by_province_insurance_and_service(beijing: Institution) -> None:
    for service, scope in (("outpatient", "100.00"), ("outpatient", "60.00"), ("inpatient", "1500.00")):
        visit(traveller(), beijing, service, "2026-09-10 09:00", in_scope=scope)
    statements.draw(SEPTEMBER, DRAWN_AT)
    statement = statement_of(beijing, "2026-09")
    assert sorted(statement.lines.values_list("service", "visits", "amount")) == [
        ("inpatient", 1, Decimal("900.00")),
        ("outpatient", 2, Decimal("80.00")),
    ]
    assert (statement.visits, statement.amount) == (3, Decimal("980.00"))


def test_drawing_asks_the_database_the_same_few_questions_however_many_institutions(
    beijing: Institution, django_assert_max_num_queries: Callable[..., object]
) -> None:
    small_hospitals(20, "2026-09-10 09:00")
    with django_assert_max_num_queries(20):
        assert statements.draw(SEPTEMBER, DRAWN_AT) == 20


def test_a_bill_that_arrives_when_the_month_is_drawn_gets_its_statement_with_the_next(beijing: Institution) -> None:
    statements.draw(SEPTEMBER, DRAWN_AT)
    late = late_visit("2026-10-05 10:00", traveller(), beijing, "2026-09-30 23:00", in_scope="100.00")
    assert late.period == "2026-09"
    assert statements.draw(OCTOBER, at("2026-11-01 00:10")) == 1
    statement = statement_of(beijing, "2026-09")
    assert (statement.declared_period, statement.delayed_months) == ("2026-10", 1)
    assert statement.due_on == date(2026, 11, 20)
    assert lines(statement) == [("2026-09", False, 1, Decimal("50.00"))]


def test_a_bill_later_than_the_limit_waits_for_the_nation(beijing: Institution) -> None:
    late_visit("2027-01-05 10:00", traveller(), beijing, "2026-09-30 23:00", in_scope="100.00")
    statements.draw(Month(2026, 12), at("2027-01-01 00:10"))
    statement = statement_of(beijing, "2026-09")
    assert (statement.status, statement.delayed_months, statement.due_on) == ("over_limit", 3, None)


# Agreeing


def test_both_agree_and_the_statement_stands(statement: Statement) -> None:
    agree(statement, "2026-10-12 09:00")
    statement.refresh_from_db()
    assert (statement.status, statement.due_on) == (StatementStatus.AGREED, None)
    assert [change.verb for change in history(statement)] == ["生成", "机构确认", "经办确认"]
    assert (terms_of(statement).get().ended_on, terms_of(statement).get().outcome) == (date(2026, 10, 12), "经办确认")


def test_the_office_does_not_agree_before_the_institution(statement: Statement) -> None:
    refusal = refused_without_trace(lambda: statements.agree(statement, by=None, at=at("2026-10-12 09:00")), Refused)
    assert "待核对" in str(refusal)


def test_the_institution_may_take_its_agreement_back_until_the_office_agrees(statement: Statement) -> None:
    statements.agree_as_institution(statement, by=None, at=at("2026-10-12 09:00"))
    statements.take_back(statement, by=None, at=at("2026-10-12 09:30"), why="漏了一笔")
    assert (statement.status, statement.institution_agreed_at) == (StatementStatus.DRAWN, None)
    agree(statement, "2026-10-12 10:00")
    refused_without_trace(lambda: statements.take_back(statement, by=None, at=at("2026-10-12 11:00")), Refused)


@pytest.mark.parametrize(
    ("moment", "in_time"), [("2026-10-20 23:59", True), ("2026-10-21 00:00", False), ("2026-10-24 09:00", False)]
)
def test_day_20_is_the_last(statement: Statement, moment: str, in_time: bool) -> None:
    statements.agree_as_institution(statement, by=None, at=at("2026-10-12 09:00"))
    if in_time:
        assert statements.agree(statement, by=None, at=at(moment)).status == StatementStatus.AGREED
        return
    refusal = refused_without_trace(lambda: statements.agree(statement, by=None, at=at(moment)), Refused)
    assert refusal.field == "agreed_at"
    assert "2026-10-20" in str(refusal)
    assert refusal.remedy


@pytest.mark.parametrize(("moment", "in_time"), [("2026-10-20 23:59", True), ("2026-10-21 00:00", False)])
def test_for_the_institution_too(statement: Statement, moment: str, in_time: bool) -> None:
    act = lambda: statements.agree_as_institution(statement, by=None, at=at(moment))  # noqa: E731
    if in_time:
        assert act().status == StatementStatus.INSTITUTION_AGREED
    else:
        assert refused_without_trace(act, Refused).field == "agreed_at"


def test_a_late_bill_makes_the_institution_look_again_and_then_it_agrees(
    statement: Statement, beijing: Institution
) -> None:
    late_visit("2026-10-05 10:00", traveller(), beijing, "2026-09-30 17:00", in_scope="60.00")
    with pytest.raises(Refused, match="现已更新") as refused:
        statements.agree_as_institution(statement, by=None, at=at("2026-10-12 09:00"))
    assert (refused.value.field, refused.value.remedy) == ("lines", "请重新核对后再确认。")
    assert lines(statement) == [("2026-09", False, 2, Decimal("80.00"))]
    assert (statement.visits, statement.amount) == (2, Decimal("80.00"))
    agree(statement, "2026-10-12 09:05")
    assert Statement.objects.get(pk=statement.pk).amount == Decimal("80.00")


def test_a_bill_after_the_institution_agreed_brings_the_statement_back_to_it(
    statement: Statement, beijing: Institution
) -> None:
    statements.agree_as_institution(statement, by=None, at=at("2026-10-12 09:00"))
    late_visit("2026-10-12 10:00", traveller(), beijing, "2026-09-30 17:00", in_scope="60.00")
    with pytest.raises(Refused, match="现已更新"):
        statements.agree(statement, by=None, at=at("2026-10-12 11:00"))
    statement.refresh_from_db()
    assert (statement.status, statement.amount) == (StatementStatus.DRAWN, Decimal("80.00"))
    assert statement.institution_agreed_at is None
    agree(statement, "2026-10-12 12:00")
    assert [change.verb for change in history(statement)] == [
        "生成", "机构确认", "撤回确认", "机构确认", "经办确认",
    ]  # fmt: skip
    assert broken_links(history(statement)) == []


def test_agreeing_without_news_leaves_the_lines_as_they_are(statement: Statement) -> None:
    before = list(StatementLine.objects.values())
    agree(statement, "2026-10-12 09:00")
    assert list(StatementLine.objects.values()) == before


# What comes after the agreement


def test_a_bill_after_the_agreement_goes_to_the_next_period(statement: Statement, beijing: Institution) -> None:
    agree(statement, "2026-10-12 09:00")
    late = late_visit("2026-10-13 09:00", traveller(), beijing, "2026-09-30 17:00", in_scope="60.00")
    assert (late.period, late.settled_month, late.returned) == ("2026-10", "2026-09", False)
    visit(traveller(), beijing, "outpatient", "2026-10-14 09:00", in_scope="20.00")
    run_until("2026-11-01 08:00")
    october = agree(statement_of(beijing, "2026-10"), "2026-11-10 09:00")
    assert lines(october) == [
        ("2026-09", False, 1, Decimal("30.00")),
        ("2026-10", False, 1, Decimal("10.00")),
    ]
    run_until("2026-11-21 08:00")
    [row] = SheetRow.objects.filter(sheet__period="2026-10")
    assert (row.months, row.visits, row.amount) == (["2026-09", "2026-10"], 2, Decimal("40.00"))


def test_agreed_months_are_passed_over_until_one_is_open(statement: Statement, beijing: Institution) -> None:
    agree(statement, "2026-10-12 09:00")
    visit(traveller(), beijing, "outpatient", "2026-10-14 09:00", in_scope="20.00")
    run_until("2026-11-01 08:00")
    agree(statement_of(beijing, "2026-10"), "2026-11-10 09:00")
    late = late_visit("2026-11-11 09:00", traveller(), beijing, "2026-09-30 17:00", in_scope="60.00")
    assert late.period == "2026-11"


def test_a_reversal_before_the_agreement_nets(beijing: Institution) -> None:
    kept_one = visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    gone = visit(traveller(), beijing, "outpatient", "2026-09-10 10:00", in_scope="30.00")
    statements.draw(SEPTEMBER, DRAWN_AT)
    taken_back = reverse(gone, "2026-10-05 09:00")
    assert (taken_back.period, taken_back.returned) == ("2026-09", False)
    statement = statement_of(beijing, "2026-09")
    with pytest.raises(Refused, match="现已更新"):
        statements.agree_as_institution(statement, by=None, at=at("2026-10-12 09:00"))
    assert lines(statement) == [("2026-09", False, 1, kept_one.fund_total)]


def test_a_reversal_after_the_agreement_is_returned(statement: Statement, beijing: Institution) -> None:
    settled = beijing.settlements.get()
    agree(statement, "2026-10-12 09:00")
    taken_back = reverse(settled, "2026-10-13 09:00")
    assert (taken_back.period, taken_back.settled_month, taken_back.returned) == ("2026-10", "2026-09", True)
    run_until("2026-11-01 08:00")
    october = agree(statement_of(beijing, "2026-10"), "2026-11-10 09:00")
    assert lines(october) == [("2026-09", True, -1, Decimal("-50.00"))]
    run_until("2026-11-21 08:00")
    assert owed(Sheet.objects.get(period="2026-09")) == {("340000", "110000", "outpatient", False): Decimal("50.00")}
    assert owed(Sheet.objects.get(period="2026-10")) == {("340000", "110000", "outpatient", True): Decimal("50.00")}


def test_a_reversal_of_a_month_agreed_late_goes_beside_it_while_that_is_open(
    statement: Statement, beijing: Institution
) -> None:
    settled = beijing.settlements.get()
    visit(traveller(), beijing, "outpatient", "2026-10-14 09:00", in_scope="20.00")
    run_until("2026-11-01 08:00")
    agree(statement, "2026-11-10 09:00")
    statements.agree_as_institution(statement_of(beijing, "2026-10"), by=None, at=at("2026-11-11 09:00"))
    taken_back = reverse(settled, "2026-11-15 09:00")
    assert (taken_back.period, taken_back.origin_period, taken_back.returned) == ("2026-10", "2026-09", True)
    october = agree_anew(statement_of(beijing, "2026-10"), "2026-11-18 09:00")
    assert [change.verb for change in history(october)] == ["生成", "机构确认", "撤回确认", "机构确认", "经办确认"]
    assert lines(october) == [("2026-09", True, -1, Decimal("-50.00")), ("2026-10", False, 1, Decimal("10.00"))]


@pytest.mark.parametrize("agreed", ["2026-10-12 09:00", "2026-11-10 09:00"])
def test_with_no_month_open_beside_it_a_reversal_belongs_to_the_month_in_which_it_was_taken_back(
    statement: Statement, beijing: Institution, agreed: str
) -> None:
    settled = beijing.settlements.get()
    visit(traveller(), beijing, "outpatient", "2026-10-14 09:00", in_scope="20.00")
    run_until(agreed)
    for each in Statement.objects.all():
        agree(each, agreed)
    taken_back = reverse(settled, "2026-11-15 09:00")
    assert (taken_back.period, taken_back.origin_period, taken_back.returned) == ("2026-11", "2026-09", True)


def test_a_line_for_each_period_that_is_taken_back(statement: Statement, beijing: Institution) -> None:
    first = beijing.settlements.get()
    agree(statement, "2026-10-12 09:00")
    late = late_visit("2026-10-13 09:00", traveller(), beijing, "2026-09-30 17:00", in_scope="60.00")
    run_until("2026-11-01 08:00")
    agree(statement_of(beijing, "2026-10"), "2026-11-10 09:00")
    for settled in (first, late):
        assert settled.settled_month == "2026-09"
        reverse(settled, "2026-11-12 09:00")
    run_until("2026-12-01 08:00")
    november = statement_of(beijing, "2026-11")
    found = november.lines.order_by("origin_period").values_list("settled_month", "origin_period", "visits", "amount")
    assert list(found) == [("2026-09", "2026-09", -1, Decimal("-50.00")), ("2026-09", "2026-10", -1, Decimal("-30.00"))]
    opened = [
        statement_lines.settlements_of_line(line).get().reversal_of for line in november.lines.order_by("origin_period")
    ]
    assert opened == [first, late]


def test_a_reversal_of_a_month_that_rolled_on_nets_there(statement: Statement, beijing: Institution) -> None:
    settled = beijing.settlements.get()
    run_until("2026-10-21 08:00")
    taken_back = reverse(settled, "2026-10-25 09:00")
    assert (taken_back.period, taken_back.returned) == ("2026-09", False)


# Rolling on (article 50)


def test_what_is_not_agreed_by_day_20_goes_into_the_next_period(statement: Statement, beijing: Institution) -> None:
    statements.agree_as_institution(statement, by=None, at=at("2026-10-12 09:00"))
    assert statements.roll(SEPTEMBER, at("2026-10-21 00:00")) == {"转入下期": 1, "逾延期上限": 0}
    statement.refresh_from_db()
    assert (statement.status, statement.declared_period, statement.delayed_months) == ("drawn", "2026-10", 1)
    assert (statement.institution_agreed_at, statement.due_on) == (None, date(2026, 11, 20))
    first, second = terms_of(statement)
    assert (first.ended_on, first.outcome) == (date(2026, 10, 20), "逾期未确认")
    assert (second.started_on, second.due_on) == (date(2026, 10, 31), date(2026, 11, 20))
    assert statements.roll(SEPTEMBER, at("2026-10-21 00:00")) == {"转入下期": 0, "逾延期上限": 0}
    assert agree(statement, "2026-10-25 09:00").status == StatementStatus.AGREED


def test_an_agreed_statement_does_not_roll(statement: Statement) -> None:
    agree(statement, "2026-10-20 23:59")
    assert statements.roll(SEPTEMBER, at("2026-10-21 00:00")) == {"转入下期": 0, "逾延期上限": 0}


def test_two_delays_are_the_limit(statement: Statement) -> None:
    for period, moment in ((SEPTEMBER, "2026-10-21 00:00"), (OCTOBER, "2026-11-21 00:00")):
        assert statements.roll(period, at(moment))["转入下期"] == 1
    statement.refresh_from_db()
    assert (statement.declared_period, statement.delayed_months) == ("2026-11", 2)  # in the sheet of December, M + 3
    assert statements.roll(NOVEMBER, at("2026-12-21 00:00")) == {"转入下期": 0, "逾延期上限": 1}
    statement.refresh_from_db()
    assert (statement.status, statement.due_on) == (StatementStatus.OVER_LIMIT, None)
    refused_without_trace(lambda: agree(statement, "2026-12-22 09:00"), Refused)


def test_after_two_delays_the_last_day_still_agrees(statement: Statement) -> None:
    run_until("2026-11-21 08:00")
    statement.refresh_from_db()
    assert agree(statement, "2026-12-20 23:59").declared_period == "2026-11"
    run_until("2026-12-21 08:00")
    [row] = SheetRow.objects.filter(sheet__period="2026-11")
    assert (row.months, row.amount) == (["2026-09"], Decimal("50.00"))


def test_decembers_late_ones_are_in_the_sheet_of_march(beijing: Institution) -> None:
    visit(traveller(), beijing, "outpatient", "2026-12-31 09:00", in_scope="100.00")
    run_until("2027-02-21 08:00")
    agree(statement_of(beijing, "2026-12"), "2027-03-20 12:00")
    run_until("2027-03-21 08:00")
    sheet = Sheet.objects.get(period="2027-02")
    assert (sheet.generated_on, sheet.amount) == (date(2027, 3, 21), Decimal("50.00"))


def test_a_late_month_appears_in_the_next_sheet_beside_the_ordinary_one(
    statement: Statement, beijing: Institution
) -> None:
    visit(traveller(), beijing, "outpatient", "2026-10-14 09:00", in_scope="20.00")
    run_until("2026-11-01 08:00")
    for each in Statement.objects.all():
        agree(each, "2026-11-10 09:00")
    run_until("2026-11-21 08:00")
    assert not SheetRow.objects.filter(sheet__period="2026-09").exists()
    [row] = SheetRow.objects.filter(sheet__period="2026-10")
    assert (row.months, row.visits, row.amount) == (["2026-09", "2026-10"], 2, Decimal("60.00"))


def test_a_statement_left_behind_by_its_own_roll_goes_on_with_the_next(statement: Statement) -> None:
    Statement.objects.filter(pk=statement.pk).update(period="2026-08", declared_period="2026-08")
    assert statements.roll(SEPTEMBER, at("2026-10-21 00:00"))["转入下期"] == 1
    statement.refresh_from_db()
    assert (statement.declared_period, statement.delayed_months) == ("2026-10", 2)


def test_an_agreed_statement_that_a_sheet_went_past_is_in_the_next(statement: Statement) -> None:
    agree(statement, "2026-10-12 09:00")
    sheet = close(OCTOBER, at("2026-11-21 00:10"))
    statement.refresh_from_db()
    assert (sheet.amount, statement.status) == (Decimal("50.00"), StatementStatus.CLEARED)
    assert (statement.declared_period, statement.delayed_months) == ("2026-10", 1)


def test_rolling_asks_the_database_the_same_few_questions_however_many(
    beijing: Institution, django_assert_max_num_queries: Callable[..., object]
) -> None:
    small_hospitals(20, "2026-09-10 09:00")
    statements.draw(SEPTEMBER, DRAWN_AT)
    with django_assert_max_num_queries(30):
        assert statements.roll(SEPTEMBER, at("2026-10-21 00:00"))["转入下期"] == 20
