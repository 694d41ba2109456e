"""The month's clock on the home page: each stage before, on and after its day, and for each office its own part."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from clearing import notices
from clearing.workflow import confirm
from common.admin import Link
from common.dates import Month
from common.models import JobRun
from config.admin.home.clock import Clock, Step, clock
from config.admin.home.standing import failed_runs, standings
from config.timeline import Stage
from registry.models import Institution, Staff
from settlement import statements
from tests import stories
from tests.conftest import at
from tests.pages import page_url, signed_in
from tests.small_month import SmallMonth, cleared_month, small_month

OFFICES = (
    "home_clerk", "home_supervisor", "host_clerk", "henan_supervisor", "beijing_supervisor", "national_operator",
    "auditor", "outsider", "hospital_staff",
)  # fmt: skip


@pytest.fixture
def drawn(hospital: Institution) -> SmallMonth:
    """September with its statement drawn up and nobody's agreement."""
    return small_month(hospital)


@pytest.fixture
def generated(hospital: Institution) -> SmallMonth:
    """September with its sheet, which no province has confirmed."""
    return cleared_month(hospital, confirmed=False)


def asked_by(staff: Staff) -> HttpRequest:
    request = RequestFactory().get(reverse("admin:index"))
    request.user = staff
    return request


def clocks(staff: Staff, today: date) -> list[Clock]:
    request = asked_by(staff)
    return [clock(request, standing, today) for standing in standings(request, today, failed_runs(request))]


def stage(staff: Staff, stage: Stage, day: str, month: str = "2026-09") -> Step:
    """How a stage of the month stands on a day."""
    [shown] = [each for each in clocks(staff, date.fromisoformat(day)) if str(each.month) == month]
    [step] = [step for step in shown.steps if step.due.stage is stage]
    return step


def mark(staff: Staff, which: Stage, day: str) -> str:
    found = stage(staff, which, day).mark
    return found.text if found else ""


def links(step: Step) -> list[Link]:
    words = [each for word in step.words for each in (word if isinstance(word, list) else [word])]
    return [word for word in words if isinstance(word, Link)]


def found_behind(client: Client, link: Link) -> list[Any]:
    """The cases of the list to which a link leads."""
    response = client.get(link.url)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def job_failed(job: str, period: str = "2026-09") -> JobRun:
    return JobRun.objects.create(
        job=job, label="作业", period=period, planned_at=timezone.now(), started_at=timezone.now(),
        outcome=JobRun.Outcome.FAILED, error="Refused",
    )  # fmt: skip


# Which months


def test_the_clock_shows_the_month_before_todays(home_clerk: Staff) -> None:
    assert [each.month for each in clocks(home_clerk, date(2026, 10, 1))] == [Month(2026, 9)]
    assert [each.month for each in clocks(home_clerk, date(2026, 10, 31))] == [Month(2026, 9)]
    assert [each.month for each in clocks(home_clerk, date(2026, 11, 1))] == [Month(2026, 10)]


def test_an_earlier_month_with_a_statement_open_is_shown_to_those_it_concerns(
    host_clerk: Staff, hospital_staff: Staff, outsider: Staff, home_clerk: Staff, drawn: SmallMonth
) -> None:
    for staff in (host_clerk, hospital_staff):
        assert [str(each.month) for each in clocks(staff, date(2026, 11, 1))] == ["2026-09", "2026-10"]
    for staff in (outsider, home_clerk):
        assert [str(each.month) for each in clocks(staff, date(2026, 11, 1))] == ["2026-10"]


def test_an_earlier_month_with_rows_on_no_notice_is_shown_until_they_are(
    henan_supervisor: Staff, national_operator: Staff, generated: SmallMonth
) -> None:
    first = date(2026, 11, 1)
    for staff in (henan_supervisor, national_operator):
        assert [str(each.month) for each in clocks(staff, first)] == ["2026-09", "2026-10"]
    stories.confirm_all(generated.sheet, "2026-11-01 09:00")
    notices.publish(generated.sheet, at("2026-11-01 10:00"))
    for staff in (henan_supervisor, national_operator):
        assert [str(each.month) for each in clocks(staff, first)] == ["2026-10"]


def test_an_earlier_month_whose_job_failed_is_shown_to_those_who_may_see_jobs(
    national_operator: Staff, home_clerk: Staff
) -> None:
    job_failed("close_month", "2026-08")
    job_failed("expire_filings", "2026-08-15")
    today = date(2026, 10, 5)
    assert [str(each.month) for each in clocks(national_operator, today)] == ["2026-08", "2026-09"]
    assert [str(each.month) for each in clocks(home_clerk, today)] == ["2026-09"]


# What the portal does not do yet


@pytest.mark.parametrize("who", OFFICES)
def test_what_is_not_built_has_a_date_and_no_state(who: str, request: pytest.FixtureRequest) -> None:
    staff = request.getfixturevalue(who)
    [shown] = clocks(staff, date(2026, 10, 27))
    plain = [step for step in shown.steps if step.due.stage in (Stage.RECONCILIATION, Stage.VERIFICATION_LIST)]
    assert len(plain) == (0 if staff.institution_id else 2)
    assert all(step.mark is None for step in plain)


def test_an_institution_is_told_of_its_statement_alone(hospital_staff: Staff) -> None:
    [shown] = clocks(hospital_staff, date(2026, 10, 5))
    assert [step.due.stage for step in shown.steps] == [Stage.AGREEMENT]


def test_today_is_marked(national_operator: Staff) -> None:
    [shown] = clocks(national_operator, date(2026, 10, 25))
    assert [step.day for step in shown.steps if step.is_today] == ["25 日"]
    assert [step.day for step in shown.steps][-1] == "月底"


# Day 20


@pytest.mark.parametrize(("day", "state"), [("2026-10-02", "进行中"), ("2026-10-20", "进行中"), ("2026-10-21", "逾期")])
@pytest.mark.parametrize("who", ["host_clerk", "hospital_staff", "beijing_supervisor", "national_operator"])
def test_day_20_itself_is_in_time(
    who: str, day: str, state: str, drawn: SmallMonth, request: pytest.FixtureRequest
) -> None:
    staff = request.getfixturevalue(who)
    step = stage(staff, Stage.AGREEMENT, day)
    assert step.mark and step.mark.text == state
    [link] = links(step)
    assert link.text == "1 份对账单待机构核对"
    assert found_behind(signed_in(staff), link) == [drawn.statement]


def test_the_link_says_whose_move_it_is(host_clerk: Staff, drawn: SmallMonth) -> None:
    statements.agree_as_institution(drawn.statement, by=None, at=at("2026-10-12 10:00"))
    [link] = links(stage(host_clerk, Stage.AGREEMENT, "2026-10-12"))
    assert link.text == "1 份对账单待经办确认"
    assert found_behind(signed_in(host_clerk), link) == [drawn.statement]


@pytest.mark.parametrize("who", ["home_clerk", "henan_supervisor", "outsider"])
def test_nobody_is_told_of_statements_of_another_province(
    who: str, drawn: SmallMonth, request: pytest.FixtureRequest
) -> None:
    step = stage(request.getfixturevalue(who), Stage.AGREEMENT, "2026-10-21")
    assert (step.mark and step.mark.text, links(step)) == ("无需办理", [])


def test_what_was_agreed_is_done(host_clerk: Staff, generated: SmallMonth) -> None:
    step = stage(host_clerk, Stage.AGREEMENT, "2026-10-21")
    assert step.mark and step.mark.text == "已完成"
    [link] = links(step)
    assert found_behind(signed_in(host_clerk), link) == [generated.statement]


def test_what_went_on_into_the_next_month_was_late(hospital_staff: Staff, drawn: SmallMonth) -> None:
    statements.roll(Month(2026, 9), at("2026-10-21 00:00"))
    step = stage(hospital_staff, Stage.AGREEMENT, "2026-10-21")
    assert step.mark and step.mark.text == "逾期"
    [link] = links(step)
    assert link.text == "1 份转入 2026-10 期"
    assert found_behind(signed_in(hospital_staff), link) == [drawn.statement]


def test_statements_that_could_not_be_drawn_block_the_stage(national_operator: Staff) -> None:
    run = job_failed("draw_statements")
    step = stage(national_operator, Stage.AGREEMENT, "2026-10-05")
    assert step.mark and step.mark.text == "受阻"
    assert [link.url for link in links(step)] == [page_url(run)]


# Day 21


@pytest.mark.parametrize(("day", "state"), [("2026-10-20", "未到"), ("2026-10-21", "进行中"), ("2026-10-22", "逾期")])
@pytest.mark.parametrize("who", ["national_operator", "henan_supervisor"])
def test_the_sheet_is_late_from_the_day_after(
    who: str, day: str, state: str, db: None, request: pytest.FixtureRequest
) -> None:
    assert mark(request.getfixturevalue(who), Stage.SHEET, day) == state


def test_a_failed_job_blocks_the_sheet_and_leads_to_its_run(national_operator: Staff, home_clerk: Staff) -> None:
    run = job_failed("close_month")
    step = stage(national_operator, Stage.SHEET, "2026-10-21")
    assert step.mark and step.mark.text == "受阻"
    [link] = links(step)
    assert signed_in(national_operator).get(link.url).context["original"] == run
    assert links(stage(home_clerk, Stage.SHEET, "2026-10-21")) == []


def test_a_sheet_late_for_open_statements_leads_to_them(national_operator: Staff, drawn: SmallMonth) -> None:
    step = stage(national_operator, Stage.SHEET, "2026-10-22")
    assert [found_behind(signed_in(national_operator), link) for link in links(step)] == [[drawn.statement]]


@pytest.mark.parametrize("who", ["national_operator", "henan_supervisor", "beijing_supervisor"])
def test_a_sheet_that_is_there_can_be_opened(who: str, generated: SmallMonth, request: pytest.FixtureRequest) -> None:
    staff = request.getfixturevalue(who)
    step = stage(staff, Stage.SHEET, "2026-10-21")
    assert step.mark and step.mark.text == "已完成"
    assert [signed_in(staff).get(link.url).context["original"] for link in links(step)] == [generated.sheet]


def test_an_area_sees_of_the_sheet_what_became_of_its_statements(host_clerk: Staff, drawn: SmallMonth) -> None:
    assert mark(host_clerk, Stage.SHEET, "2026-10-20") == "未到"
    stories.agree(drawn.statement, "2026-10-12 10:00")
    assert [mark(host_clerk, Stage.SHEET, f"2026-10-{day}") for day in (20, 21, 22)] == ["未到", "进行中", "逾期"]


def test_an_area_whose_statements_are_cleared_is_done(host_clerk: Staff, generated: SmallMonth) -> None:
    step = stage(host_clerk, Stage.SHEET, "2026-10-21")
    assert step.mark and step.mark.text == "已完成"
    assert [found_behind(signed_in(host_clerk), link) for link in links(step)] == [[generated.statement]]


@pytest.mark.parametrize("which", [Stage.CONFIRMATION, Stage.NOTICES])
def test_an_area_reads_the_dates_of_its_province_and_no_state(
    which: Stage, host_clerk: Staff, generated: SmallMonth
) -> None:
    assert stage(host_clerk, which, "2026-10-28").mark is None


# Day 25


@pytest.mark.parametrize(("day", "state"), [("2026-10-21", "进行中"), ("2026-10-25", "进行中"), ("2026-10-26", "逾期")])
@pytest.mark.parametrize("who", ["national_operator", "henan_supervisor"])
def test_day_25_itself_is_in_time(
    who: str, day: str, state: str, generated: SmallMonth, request: pytest.FixtureRequest
) -> None:
    assert mark(request.getfixturevalue(who), Stage.CONFIRMATION, day) == state


@pytest.mark.parametrize(("day", "state"), [("2026-10-20", "未到"), ("2026-10-25", "未到"), ("2026-10-26", "受阻")])
def test_without_a_sheet_there_is_nothing_to_confirm(day: str, state: str, henan_supervisor: Staff) -> None:
    assert mark(henan_supervisor, Stage.CONFIRMATION, day) == state


def test_the_nation_is_told_how_many_provinces_are_missing_and_which(
    national_operator: Staff, generated: SmallMonth
) -> None:
    client = signed_in(national_operator)
    total, *named = links(stage(national_operator, Stage.CONFIRMATION, "2026-10-22"))
    assert total.text == "3 个省份未确认"
    waiting = [generated.part(code) for code in ("110000", "340000", "410000")]
    assert sorted(found_behind(client, total), key=lambda part: part.province_id) == waiting
    assert [str(link) for link in named] == ["北京市", "安徽省", "河南省"]
    assert [client.get(link.url).context["original"] for link in named] == waiting


def test_a_province_is_told_of_itself_alone(henan_supervisor: Staff, generated: SmallMonth) -> None:
    own = generated.part("410000")
    step = stage(henan_supervisor, Stage.CONFIRMATION, "2026-10-22")
    assert [(str(link), link.url) for link in links(step)] == [("河南省 未确认", page_url(own))]
    confirm(own, by=henan_supervisor, at=at("2026-10-23 10:00"))
    assert mark(henan_supervisor, Stage.CONFIRMATION, "2026-10-26") == "已完成"


def test_the_nation_waits_for_the_last_province(national_operator: Staff, generated: SmallMonth) -> None:
    for code in ("110000", "340000"):
        confirm(generated.part(code), by=None, at=at("2026-10-23 10:00"))
    assert mark(national_operator, Stage.CONFIRMATION, "2026-10-25") == "进行中"
    confirm(generated.part("410000"), by=None, at=at("2026-10-24 10:00"))
    assert mark(national_operator, Stage.CONFIRMATION, "2026-10-25") == "已完成"


# The end of the month


@pytest.mark.parametrize(("day", "state"), [("2026-10-30", "未到"), ("2026-10-31", "进行中"), ("2026-11-01", "逾期")])
@pytest.mark.parametrize(
    ("who", "rows"), [("national_operator", 2), ("henan_supervisor", 1), ("beijing_supervisor", 2)]
)
def test_rows_on_no_notice_are_late_from_the_first_of_the_next_month(
    who: str, rows: int, day: str, state: str, generated: SmallMonth, request: pytest.FixtureRequest
) -> None:
    staff = request.getfixturevalue(who)
    step = stage(staff, Stage.NOTICES, day)
    assert step.mark and step.mark.text == state
    if state != "未到":
        [link] = links(step)
        assert link.text == f"{rows} 条明细未列入通知书"
        assert len(found_behind(signed_in(staff), link)) == rows


def test_published_notices_are_counted_for_each_office(
    national_operator: Staff, henan_supervisor: Staff, hospital: Institution
) -> None:
    cleared_month(hospital)
    for staff, count in ((national_operator, 3), (henan_supervisor, 1)):
        step = stage(staff, Stage.NOTICES, "2026-10-31")
        assert step.mark and step.mark.text == "已完成"
        [link] = links(step)
        assert link.text == f"{count} 份通知书"
        assert len(found_behind(signed_in(staff), link)) == count


def test_notices_that_could_not_be_published_block_the_end_of_the_month(
    national_operator: Staff, generated: SmallMonth
) -> None:
    run = job_failed("publish_notices")
    step = stage(national_operator, Stage.NOTICES, "2026-10-31")
    assert step.mark and step.mark.text == "受阻"
    assert links(step)[0].url == page_url(run)
