"""The home page of each role: its own figures, each leading to as many cases as it counts, in as many questions as ever."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clearing import closing
from clearing.workflow import confirm
from common.admin import Link, Table
from common.charts import Chart
from common.dates import Month
from common.models import JobRun, Term
from config.admin.home import nation, province, team
from filings import intake, workflow
from filings.enums import Category
from filings.models import Filing
from registry.models import Institution, Staff
from settlement import statements
from tests import stories
from tests.config.test_home import asked_by, job_failed
from tests.conftest import _staff, at
from tests.pages import page_url, signed_in, words_of
from tests.small_month import SmallMonth, cleared_month, small_month

HOME = reverse("admin:index")
SEPTEMBER = Month(2026, 9)
# Who asks how many questions at most; session, person and sidebar included.
QUESTIONS = {
    "home_clerk": 8, "home_supervisor": 12, "host_clerk": 8, "henan_supervisor": 15, "henan_finance": 14,
    "national_operator": 16, "auditor": 16, "administrator": 12, "hospital_staff": 7,
}  # fmt: skip
# What grows with the country: read by an index, or not at all.
BIG = ("filings_filing", "settlement_statement", "settlement_statementline", "clearing_sheetrow", "clearing_noticeline",
       "clearing_provincesheet", "common_term", "common_statuschange")  # fmt: skip
NEVER = ("settlement_settlement", "settlement_chargeline", "settlement_settlementsteps")


@pytest.fixture
def henan_finance(db: None) -> Staff:
    """Reads what the province owes."""
    return _staff("henan.finance", "finance", agency="410000")


@pytest.fixture
def administrator(db: None) -> Staff:
    """Keeps the accounts."""
    return _staff("admin", "administrator", agency="100000")


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    return small_month(hospital)


def home(staff: Staff) -> Any:
    return signed_in(staff).get(HOME)


def panels(staff: Staff) -> dict[str, Table | Chart]:
    page = home(staff).context["page"]
    return {panel.title: panel for panel in [*page.alarms, *page.panels]}


def card(staff: Staff, title: str) -> Any:
    [found] = [card for card in home(staff).context["page"].cards if card.title == title]
    return found


def apply(month: SmallMonth, moment: str) -> Filing:
    """One more application of the person of 周口, who wants to go elsewhere too."""
    wanted = stories.application(month.enrolment, Category.OTHER_TEMPORARY, "310000", set())
    return intake.apply(wanted, by=None, at=at(moment))


# Every number leads to as many cases


def numbers(context: Any) -> Iterator[tuple[int | None, str]]:
    """Every number on the page that leads somewhere, with where; none for amounts."""
    page = context["page"]
    for card in page.cards:
        yield card.count if isinstance(card.count, int) else None, card.url
    for panel in [*page.alarms, *page.panels]:
        if isinstance(panel, Chart):
            yield from ((bar.value if isinstance(bar.value, int) else None, bar.url) for bar in panel.bars)
        else:
            cells = [cell for row in panel.body() for cell in row.cells if isinstance(cell, Link)]
            yield from ((cell.text if isinstance(cell.text, int) else None, cell.url) for cell in cells)
    for clock in context["clocks"]:
        for step in clock.steps:
            for word in step.words:
                found = re.match(r"[\d,]+", str(word)) if isinstance(word, Link) else None
                yield (int(found[0].replace(",", "")) if found else None), getattr(word, "url", "")


@pytest.mark.parametrize("cleared", [False, True], ids=["drawn", "cleared"])
@pytest.mark.parametrize("who", QUESTIONS)
def test_every_number_leads_to_as_many_cases_as_it_counts(
    who: str, cleared: bool, hospital: Institution, request: pytest.FixtureRequest
) -> None:
    staff: Staff = request.getfixturevalue(who)
    cleared_month(hospital, confirmed=False) if cleared else small_month(hospital)
    job_failed("close_month")
    client = signed_in(staff)
    followed = 0
    for number, url in numbers(client.get(HOME).context):
        if not url or url.startswith("#"):
            continue
        response = client.get(url)
        assert response.status_code == 200, url
        if number is not None and "cl" in response.context:
            assert response.context["cl"].result_count == number, url
            followed += 1
    assert followed or who == "henan_finance"


# The clerk of an area


def test_the_home_page_lists_what_waits_for_this_office(home_clerk: Staff, month: SmallMonth) -> None:
    words = words_of(home(home_clerk))
    assert f"异地就医备案 {month.waiting.number}" in words
    assert not any(month.statement.number in word for word in words)


def test_another_office_has_nothing_to_do(outsider: Staff, month: SmallMonth) -> None:
    assert "没有未办结的期限。" in words_of(home(outsider))


@pytest.mark.parametrize(
    ("days", "place"), [(-1, "已逾期"), (0, "今日到期"), (1, "7 天内到期"), (7, "7 天内到期"), (8, None)]
)
def test_overdue_today_and_soon_are_counted_apart(
    days: int, place: str | None, home_clerk: Staff, month: SmallMonth
) -> None:
    due_on = timezone.localdate() + timedelta(days=days)
    Term.objects.filter(case_id=month.waiting.pk, case_kind="filings.filing").update(
        started_on=date(2026, 1, 1), due_on=due_on
    )
    Filing.objects.filter(pk=month.waiting.pk).update(due_on=due_on)
    shown = {card.title: card for card in home(home_clerk).context["page"].cards}
    assert [title for title, card in shown.items() if card.count] == ([place] if place else [])
    charts = [panel for panel in panels(home_clerk).values() if isinstance(panel, Chart) and panel.upright]
    assert len(charts) == (1 if place else 0)
    for chart in charts:
        [bar] = [bar for bar in chart.bars if bar.value]
        assert list(signed_in(home_clerk).get(bar.url).context["cl"].result_list) == [month.waiting]


def test_a_count_leads_to_the_cases_it_counts(home_clerk: Staff, henan_supervisor: Staff, month: SmallMonth) -> None:
    for staff in (home_clerk, henan_supervisor):
        [row] = panels(staff)["待办汇总"].body()
        assert row.cells[-1].text == 1
        assert list(signed_in(staff).get(row.cells[-1].url).context["cl"].result_list) == [month.waiting]


def test_a_statement_waits_for_the_office_once_its_institution_has_agreed(host_clerk: Staff, month: SmallMonth) -> None:
    assert "待本机构确认的对账单" not in panels(host_clerk)
    statements.agree_as_institution(month.statement, by=None, at=at("2026-10-12 10:00"))
    [row] = panels(host_clerk)["待本机构确认的对账单"].body()
    assert row.cells[0].url == page_url(month.statement)


def test_the_statements_of_the_latest_month_are_told_to_the_office(
    host_clerk: Staff, home_clerk: Staff, month: SmallMonth
) -> None:
    assert "2026-09 期对账单" in panels(host_clerk)
    assert "2026-09 期对账单" not in panels(home_clerk)


# The supervisor of an area


def decided_columns(staff: Staff, today: date) -> dict[str, int | Decimal]:
    [_, chart] = team.panels(asked_by(staff), today)
    assert isinstance(chart, Chart)
    return {bar.label: bar.value for bar in chart.bars}


def test_a_decision_counts_on_its_day_in_shanghai(home_supervisor: Staff, home_clerk: Staff, month: SmallMonth) -> None:
    workflow.accept(month.waiting, by=home_clerk, at=at("2026-09-02 23:59"))
    columns = decided_columns(home_supervisor, date(2026, 9, 3))
    assert (columns["9/2"], columns["9/3"], len(columns)) == (1, 0, 14)


def test_two_weeks_back_is_the_last_day_shown(home_supervisor: Staff, home_clerk: Staff, month: SmallMonth) -> None:
    workflow.accept(month.waiting, by=home_clerk, at=at("2026-09-02 00:00"))
    assert decided_columns(home_supervisor, date(2026, 9, 15))["9/2"] == 1
    assert sum(decided_columns(home_supervisor, date(2026, 9, 16)).values()) == 0


def test_the_queue_is_told_by_person_and_what_nobody_has_taken(
    home_supervisor: Staff, home_clerk: Staff, month: SmallMonth
) -> None:
    def queue(today: date) -> dict[str, list[Any]]:
        [table, _] = team.panels(asked_by(home_supervisor), today)
        return {str(row.cells[0]): [getattr(cell, "text", cell) for cell in row.cells[1:]] for row in table.body()}

    due_on = month.waiting.due_on
    assert due_on
    received = at("2026-09-01 09:00")
    assert queue(due_on)["未分派"] == [1, 0, received, ""]
    assert queue(due_on + timedelta(days=1))["未分派"] == [1, 1, received, ""]
    workflow.accept(month.waiting, by=home_clerk, at=at("2026-09-02 10:00"))
    assert queue(due_on)["未分派"] == [0, 0, None, ""]
    assert queue(due_on)["zhoukou.clerk"] == [0, 0, None, 1]


def test_a_supervisor_sees_nothing_of_another_areas_queue(month: SmallMonth) -> None:
    other = _staff("hefei.supervisor", "supervisor", agency="340100")
    [table, chart] = team.panels(asked_by(other), date(2026, 9, 3))
    assert [str(row.cells[0]) for row in table.body()] == ["未分派", "hefei.supervisor"]
    assert not any(cell for row in table.body() for cell in row.cells[1:] if isinstance(cell, int))
    assert not any(bar.value for bar in chart.bars)


# A province


def test_a_province_reads_what_it_owes_and_whom(henan_supervisor: Staff, hospital: Institution) -> None:
    month = cleared_month(hospital, confirmed=False)
    own = month.part("410000")
    assert card(henan_supervisor, "2026-09 期应付").count == own.payable > 0
    chart = panels(henan_supervisor)["2026-09 期应付最多的就医省"]
    [bar] = chart.bars
    assert (bar.label, bar.value) == ("北京市", own.payable)
    assert list(signed_in(henan_supervisor).get(bar.url).context["cl"].result_list) == [month.row]


def test_a_province_sees_no_figures_of_others(henan_supervisor: Staff, hospital: Institution) -> None:
    cleared_month(hospital)
    shown = " ".join(words_of(home(henan_supervisor)))
    assert "北京市" in shown
    assert "安徽省" not in shown


def test_its_own_confirmation_leads_to_the_page_where_it_confirms(
    henan_supervisor: Staff, henan_finance: Staff, hospital: Institution
) -> None:
    own = cleared_month(hospital, confirmed=False).part("410000")
    waiting = card(henan_supervisor, "2026-09 期待本省确认")
    assert (waiting.count, waiting.url) == (1, page_url(own))
    assert "确认" in waiting.note
    assert "由本省主管或业务员确认" in card(henan_finance, "2026-09 期待本省确认").note
    confirm(own, by=henan_supervisor, at=at("2026-10-23 10:00"))
    done = card(henan_supervisor, "2026-09 期待本省确认")
    assert (done.count, done.note) == (0, "已确认")


def test_the_latest_month_stands_beside_the_one_before(henan_supervisor: Staff, hospital: Institution) -> None:
    month = cleared_month(hospital)
    stories.visit(month.enrolment, hospital, "outpatient", "2026-10-03 10:00", in_scope="400.00")
    statements.draw(Month(2026, 10), at("2026-11-01 00:10"))
    stories.agree(stories.statement_of(hospital, "2026-10"), "2026-11-12 10:00")
    closing.close(Month(2026, 10), at("2026-11-21 00:10"))
    latest, before = province.own_sheets(asked_by(henan_supervisor))
    compared = panels(henan_supervisor)["本期与上期"]
    assert compared.headers[1:3] == ["2026-10", "2026-09"]
    [payable, _] = compared.body()
    assert [getattr(cell, "text", cell) for cell in payable.cells[1:4]] == [
        latest.payable, before.payable, latest.payable - before.payable,
    ]  # fmt: skip
    share = (latest.payable - before.payable) * 100 / before.payable
    assert payable.cells[4] == f"{share:+.1f}%"


def test_a_provinces_areas_are_told_by_status(
    beijing_supervisor: Staff, henan_supervisor: Staff, month: SmallMonth
) -> None:
    [row] = province.panels(asked_by(beijing_supervisor), [], SEPTEMBER)[-1].body()
    assert [getattr(cell, "text", cell) for cell in row.cells] == ["北京市", 1, 0, 0, 0, month.statement.amount]
    assert province.panels(asked_by(henan_supervisor), [], SEPTEMBER)[-1].body() == []


# The nation


def test_the_nation_reads_every_province_and_both_sides_are_equal(auditor: Staff, hospital: Institution) -> None:
    month = cleared_month(hospital, confirmed=False)
    table = panels(auditor)["各省清算与对账"]
    rows = {str(row.cells[0]): row.cells for row in table.body()}
    assert len(rows) == 32
    assert rows["河南省"][1] == month.part("410000").payable
    assert (str(rows["河南省"][3]), str(rows["天津市"][3])) == ("待确认", "已确认")
    [total] = table.totals()
    assert total.cells[1] == total.cells[2] == month.sheet.amount


def test_the_provinces_behind_with_statements_stand_first(national_operator: Staff, month: SmallMonth) -> None:
    counts = nation.statement_counts(SEPTEMBER)
    [chart] = [
        panel
        for panel in nation.panels(asked_by(national_operator), [], counts, SEPTEMBER)
        if panel.title == "2026-09 期对账单未确认最多的省份"
    ]
    assert [(bar.label, bar.value, bar.whole) for bar in chart.bars] == [("北京市", 1, 1)]
    shown = signed_in(national_operator).get(chart.bars[0].url).context["cl"].result_list
    assert list(shown) == [month.statement]


@pytest.mark.parametrize("who", ["national_operator", "auditor", "administrator", "henan_supervisor"])
def test_a_failed_job_stands_above_everything_else(who: str, db: None, request: pytest.FixtureRequest) -> None:
    staff = request.getfixturevalue(who)
    assert home(staff).context["page"].alarms == []
    run = job_failed("close_month")
    [alarm] = home(staff).context["page"].alarms
    assert alarm.kind == "danger"
    assert [row.cells[0].url for row in alarm.body()] == [page_url(run)]


@pytest.mark.parametrize("who", ["home_clerk", "henan_finance", "hospital_staff"])
def test_who_may_not_see_jobs_is_told_of_none(who: str, db: None, request: pytest.FixtureRequest) -> None:
    job_failed("close_month", "2026-01")
    staff = request.getfixturevalue(who)
    assert not any("作业" in word for word in words_of(home(staff)))


# An institution, the administrator


def test_an_institution_reads_its_own_statements(hospital_staff: Staff, month: SmallMonth) -> None:
    waiting = card(hospital_staff, "待本机构核对的对账单")
    assert waiting.count == 1
    [row] = panels(hospital_staff)["最近 12 个月的对账单"].body()
    assert row.cells[0].url == page_url(month.statement)
    assert [bar.value for bar in panels(hospital_staff)["逐月应结金额"].bars] == [month.statement.amount]


def test_an_institution_reads_nothing_of_another_or_of_clearing(month: SmallMonth) -> None:
    other = stories.open_hospital("H11010100002", "119900", "110000")
    staff = _staff("hospital.other", "institution", institution=other)
    words = " ".join(words_of(home(staff)))
    assert month.statement.number not in words
    assert [word for word in ("清算表", "应付", "应收", "付款") if word in words] == []


def test_the_administrator_reads_accounts_and_the_last_run_of_each_job(administrator: Staff, auditor: Staff) -> None:
    Staff.objects.filter(pk=auditor.pk).update(is_active=False)
    for period in ("2026-08", "2026-09"):
        job_failed("close_month", period)
    assert (card(administrator, "启用的账号").count, card(administrator, "停用的账号").count) == (1, 1)
    [row] = panels(administrator)["每项作业最近一次运行"].body()
    assert row.cells[1] == JobRun.objects.latest("planned_at").period


# As many questions as ever, each led by an index


def asked(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(HOME).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def many(month: SmallMonth, hospital: Institution) -> None:
    """Another month with another hospital, a queue of filings, and jobs that failed."""
    second = stories.open_hospital("H11010100002", "119900", "110000")
    for place in (hospital, second):
        for enrolment in (month.enrolment, month.other_enrolment):
            stories.visit(enrolment, place, "outpatient", "2026-10-03 10:00", in_scope="900.00")
    statements.draw(Month(2026, 10), at("2026-11-01 00:10"))
    stories.agree(stories.statement_of(second, "2026-10"), "2026-11-12 10:00")
    statements.roll(Month(2026, 10), at("2026-11-21 00:00"))
    closing.close(Month(2026, 10), at("2026-11-21 00:10"))
    for day in range(2, 12):
        apply(month, f"2026-09-{day:02d} 09:00")
        job_failed("expire_filings", f"2026-09-{day:02d}")


@pytest.mark.parametrize(("who", "most"), QUESTIONS.items())
def test_the_number_of_questions_does_not_depend_on_the_data(
    who: str, most: int, hospital: Institution, request: pytest.FixtureRequest
) -> None:
    staff: Staff = request.getfixturevalue(who)
    month = cleared_month(hospital, confirmed=False)
    october = stories.open_hospital("H11010100003", "119900", "110000")
    stories.visit(month.enrolment, october, "outpatient", "2026-09-30 10:00", in_scope="90.00")
    statements.draw(SEPTEMBER, at("2026-10-22 00:10"))  # a late bill: something is open in every office
    client = signed_in(staff)
    few = len(asked(client))
    many(month, hospital)
    assert len(asked(client)) == few <= most


@pytest.mark.parametrize("who", QUESTIONS)
def test_every_question_is_led_by_an_index_and_none_goes_to_the_settlements(
    who: str, hospital: Institution, request: pytest.FixtureRequest
) -> None:
    staff: Staff = request.getfixturevalue(who)
    cleared_month(hospital, confirmed=False)
    for sql in asked(signed_in(staff)):
        assert not any(f'"{table}"' in sql for table in NEVER), sql
        if sql.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")  # small tables: it would not pay yet
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            assert not [table for table in BIG if f"Seq Scan on {table}" in plan], f"{sql}\n{plan}"
