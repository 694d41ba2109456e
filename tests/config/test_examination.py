"""The books are examined every night and when the nation asks; what is broken is seen, and nothing is done twice."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from common.examinations import BookCheck, Examination, latest
from common.models import JobRun
from common.scheduling import Nightly, run_due
from common.transitions import Refused
from config.admin import doctor
from config.books import CHECKS, examination
from config.books.check import Check
from config.celery import app
from config.schedule import SCHEDULE
from config.tasks import examine_books
from registry.enums import Role
from registry.models import Agency, Institution, Staff
from settlement.models import Statement
from tests.conftest import at
from tests.pages import list_url, page_url, signed_in, words_of
from tests.small_month import SmallMonth, cleared_month
from tests.stories import row_counts

pytestmark = pytest.mark.django_db

LATEST = reverse("admin:common_examination_latest")
ASK = reverse("admin:common_examination_ask")
ONLY = ("examine_books",)


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    return cleared_month(hospital)


@pytest.fixture
def supervisor(db: None) -> Staff:
    """The nation's supervisor."""
    staff = Staff(username="national.supervisor", name="国家主管", role=Role.SUPERVISOR)
    staff.agency = Agency.objects.get(code="100000")
    staff.set_unusable_password()
    staff.save()
    return staff


def break_a_statement() -> None:
    """A break that the working role can make itself."""
    statement = Statement.objects.earliest("pk")
    statement.amount += Decimal("1234.50")
    statement.save(update_fields=["amount"])


def tonight(moment: str = "2026-11-02 02:00") -> list[JobRun]:
    return run_due(SCHEDULE, at(moment), since=date(2026, 9, 1), only=ONLY)


# When


def test_of_the_nights_that_were_missed_only_the_latest_is_run() -> None:
    planned = Nightly(time(2, 0)).planned
    assert list(planned(date(2026, 9, 1), at("2026-11-02 02:00"))) == [("2026-11-02", at("2026-11-02 02:00"))]
    assert list(planned(date(2026, 9, 1), at("2026-11-02 01:59"))) == [("2026-11-01", at("2026-11-01 02:00"))]
    assert list(planned(date(2026, 11, 2), at("2026-11-02 01:59"))) == []
    assert dict(planned(date(2026, 9, 1), datetime(2026, 11, 1, 18, 0, tzinfo=UTC))) == {
        "2026-11-02": at("2026-11-02 02:00")
    }


# What the night finds


def test_sound_books_are_kept_as_sound(month: SmallMonth) -> None:
    before = row_counts()
    [run] = tonight()
    assert (run.outcome, run.counts) == (JobRun.Outcome.DONE, {"检查": len(CHECKS), "不符": 0})
    found = latest()
    assert found is not None and found.is_sound and found.asked_by is None
    assert list(found.found.order_by("place").values_list("name", flat=True)) == [check.name for check in CHECKS]
    changed = {table for table, count in row_counts().items() if before.get(table) != count}
    assert changed <= {"common_jobrun", "common_examination", "common_bookcheck"}


def test_a_break_is_found_and_is_no_failure_of_the_night(month: SmallMonth) -> None:
    break_a_statement()
    [run] = tonight()
    assert (run.outcome, run.counts["不符"]) == (JobRun.Outcome.DONE, 1)
    assert tonight("2026-11-02 02:01") == [], "the next tick does not examine again"
    [check] = BookCheck.objects.exclude(count=0)
    assert check.name == "对账单合计"
    assert not check.holds


def test_the_next_night_examines_anew(month: SmallMonth) -> None:
    break_a_statement()
    tonight()
    [run] = tonight("2026-11-03 02:00")
    assert run.period == "2026-11-03"
    assert Examination.objects.count() == 2


def test_after_a_crash_it_is_run_again_and_nothing_is_left_of_the_first_time(
    month: SmallMonth, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut() -> None:
        raise ImproperlyConfigured("no power")

    with monkeypatch.context() as cut:
        cut.setattr(examination, "_thin_out", power_cut)
        [run] = tonight()
        assert run.outcome == JobRun.Outcome.FAILED
        assert not Examination.objects.exists()
    [run] = tonight("2026-11-02 02:01")
    assert (run.outcome, run.attempts) == (JobRun.Outcome.DONE, 2)
    assert Examination.objects.count() == 1


def test_a_check_that_cannot_be_answered_does_not_hold_up_the_others(
    month: SmallMonth, monkeypatch: pytest.MonkeyPatch, auditor: Staff
) -> None:
    faulty = Check("坏问题", "问得出来。", "规程第一条", "SELECT 1 / 0 AS a, 2 AS b")
    monkeypatch.setattr(examination, "CHECKS", (faulty, *CHECKS[:3]))
    [run] = tonight()
    assert (run.outcome, run.counts) == (JobRun.Outcome.DONE, {"检查": 4, "不符": 0, "未能检查": 1})
    words = words_of(signed_in(auditor).get(LATEST))
    assert "未能检查：坏问题" in words
    assert words.count("相符") == 3


def test_the_latest_examinations_are_kept_and_older_ones_go() -> None:
    for number in range(examination.EXAMINATIONS_KEPT + 5):
        moment = at("2026-01-01 02:00") + timedelta(days=number)
        held = Examination.objects.create(asked_at=moment, begun_at=moment, ended_at=moment)
        BookCheck.objects.create(examination=held, place=1, name="一", sentence="一。", article="", count=0, seconds=0)
    made = examination.examine_all(at=timezone.now())
    assert Examination.objects.count() == examination.EXAMINATIONS_KEPT
    assert Examination.objects.filter(pk=made.pk).exists()
    assert Examination.objects.earliest("asked_at").asked_at == at("2026-01-07 02:00")
    assert BookCheck.objects.count() == examination.EXAMINATIONS_KEPT - 1 + len(CHECKS)


def test_values_are_the_same_again_after_json() -> None:
    values = [Decimal("12.50"), at("2026-09-01 09:30"), date(2026, 9, 1), True, None, "文", 3]
    assert [examination.restored(json.loads(json.dumps(examination.kept(value)))) for value in values] == values
    assert isinstance(examination.restored(examination.kept(Decimal(3))), int)


# Asked for


def sent_to(task: str) -> list[Any]:
    """What the task in the queue is told; the queue is the workers' own, and empty afterwards."""
    with app.connection_for_read() as broker:
        queue = broker.SimpleQueue(app.conf.task_default_queue)
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.headers["task"] == task
    return list(message.payload[0])


def test_the_nations_supervisor_has_the_books_examined_now(
    supervisor: Staff, month: SmallMonth, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(supervisor)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ASK).status_code == 302
    waiting = Examination.objects.get()
    assert (waiting.asked_by, waiting.ended_at) == (supervisor, None)
    page = client.get(LATEST)
    assert any(word.startswith("正在检查：国家主管于 ") for word in words_of(page))
    assert "立即检查" not in words_of(page)
    assert page["Refresh"]

    (number,) = sent_to("config.tasks.examine_books")
    assert number == waiting.pk
    assert examine_books(number) is True
    assert examine_books(number) is False, "sent again, nothing is done twice"
    waiting.refresh_from_db()
    assert waiting.is_sound and waiting.checks == len(CHECKS)
    words = words_of(client.get(LATEST))
    assert words.count("相符") == len(CHECKS)
    assert {"全部相符", "国家主管", "立即检查"} <= set(words)


def test_two_at_once_are_refused_with_a_word(supervisor: Staff) -> None:
    client = signed_in(supervisor)
    client.post(ASK)
    assert "已有一次一致性检查正在进行。" in "".join(words_of(client.post(ASK, follow=True)))
    assert Examination.objects.count() == 1


def test_the_database_holds_one_open_examination_at_most() -> None:
    Examination.objects.create(asked_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Examination.objects.create(asked_at=timezone.now())


def test_while_the_night_examines_nobody_can_ask(supervisor: Staff) -> None:
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [examination.TURN])
        with pytest.raises(Refused, match="正在进行"):
            examination.ask(by=supervisor, at=timezone.now())
    finally:
        other.close()


def test_an_examination_whose_worker_died_is_given_up_and_another_begun(supervisor: Staff) -> None:
    moment = timezone.now()
    dead = examination.ask(by=supervisor, at=moment - examination.ABANDONED_AFTER)
    examination.ask(by=supervisor, at=moment)
    dead.refresh_from_db()
    assert (dead.ended_at, dead.error) == (moment, examination.ABANDONED)
    assert examination.answer(dead.pk, at=timezone.now()) is False, "a message that comes late finds nothing to do"


def test_an_examination_that_fails_says_so_and_another_may_be_asked_for(
    supervisor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = examination.ask(by=supervisor, at=timezone.now())
    monkeypatch.setattr(examination, "EXAMINATIONS_KEPT", -1)  # no slice begins there
    assert examination.answer(asked.pk, at=timezone.now()) is False
    asked.refresh_from_db()
    assert asked.ended_at is not None and "ValueError" in asked.error
    monkeypatch.undo()
    assert examination.ask(by=supervisor, at=timezone.now()).pk != asked.pk


# Who may


@pytest.mark.parametrize("who", ["home_clerk", "henan_supervisor", "host_clerk", "hospital_staff", "outsider"])
def test_nobody_but_the_nation_knows_of_it(who: str, request: pytest.FixtureRequest) -> None:
    held = Examination.objects.create(asked_at=timezone.now(), ended_at=timezone.now(), broken=1)
    client = signed_in(request.getfixturevalue(who))
    assert [client.get(address).status_code for address in (LATEST, page_url(held), list_url(Examination))] == [403] * 3
    assert client.post(ASK).status_code == 403
    shown = client.get(reverse("admin:index")).context["sidebar_navigation"]
    assert "一致性检查" not in [item["title"] for group in shown for item in group["items"] if item["has_permission"]]
    assert doctor.alert(request_of(client)) is None


@pytest.mark.parametrize("who", ["national_operator", "auditor"])
def test_the_nation_and_the_auditor_read_and_do_not_ask(who: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    assert client.get(LATEST).status_code == 200
    assert "立即检查" not in words_of(client.get(LATEST))
    assert client.post(ASK).status_code == 403
    assert not Examination.objects.exists()


def test_asking_is_a_post(supervisor: Staff) -> None:
    assert signed_in(supervisor).get(ASK).status_code == 405


# The page


def request_of(client: Any) -> Any:
    return client.get(reverse("admin:password_change")).wsgi_request


def test_a_break_stands_on_top_with_its_rows_and_leads_to_the_record(auditor: Staff, month: SmallMonth) -> None:
    break_a_statement()
    tonight()
    response = signed_in(auditor).get(LATEST)
    _, broken, checks, *_ = response.context["panels"]
    assert broken.title == "对账单合计：不符 1 处"
    statement = Statement.objects.earliest("pk")
    [row] = broken.body()
    shown = dict(zip(broken.headers, row.cells, strict=True))
    [link] = shown["对账单"]
    assert (link.text, link.url) == (statement.number, page_url(statement))
    assert shown["应结金额"] == statement.amount
    assert [broken.headers[place] for place in broken.numbers] == ["人次", "明细人次", "应结金额", "明细金额"]
    assert f"{statement.amount:,.2f}" in words_of(response)
    assert str(checks.body()[0].cells[3]) == "不符 1 处"
    assert [str(line.cells[3]) for line in checks.body()].count("相符") == len(CHECKS) - 1


def test_codes_are_shown_in_words_and_days_in_chinese(auditor: Staff, month: SmallMonth) -> None:
    tonight()
    check = BookCheck.objects.earliest("pk")
    person, moment = month.enrolment.person, {"moment": "2026-09-01T01:30:00+00:00"}
    row = {
        "清算期": "2026-09", "项目": "cap.year", "参保省": "410000", "险种": "employee", "状态": "over_limit",
        "入院或就诊日": {"day": "2026-09-01"}, "发布时间": moment, "返还": True, "人员": person.pk,
        "业务编号": "settlement.statement 7", "结算编号": month.settlement.number,
    }  # fmt: skip
    check.count, check.columns, check.rows = 3, list(row), [list(row.values())]
    check.save()
    page = signed_in(auditor).get(LATEST)
    words = words_of(page)
    assert f'href="{page_url(month.sheet)}"' in page.content.decode()
    assert {
        "年限额内已支付", "河南省", "职工医保", "逾延期上限", "2026年9月1日", "2026年9月1日 09:30", person.name, "月度对账单 7（已不存在）",
        month.settlement.number,
    } <= set(words)  # fmt: skip
    assert any(word.startswith("另有 2 处未列出") for word in words)
    assert person.certificate_number not in "".join(words)


def test_without_an_examination_the_page_says_when_there_will_be_one(auditor: Staff) -> None:
    words = words_of(signed_in(auditor).get(LATEST))
    assert f"还没有做过检查。每日2时自动核对 {len(CHECKS)} 项账目关系。" in words


def test_an_earlier_examination_can_be_read_again(auditor: Staff, month: SmallMonth) -> None:
    break_a_statement()
    first = examination.examine_all(at=timezone.now())
    Statement.objects.filter(pk=Statement.objects.earliest("pk").pk).update(amount=month.statement.amount)
    client = signed_in(auditor)
    examination.examine_all(at=timezone.now())
    assert "1 项不符" in words_of(client.get(page_url(first)))
    assert client.get(page_url(first)).context["panels"][1].title == "对账单合计：不符 1 处"
    assert client.get(reverse("admin:common_examination_change", args=[0])).status_code == 302


def test_the_jobs_list_shows_a_break_in_red(auditor: Staff, month: SmallMonth) -> None:
    break_a_statement()
    tonight()
    client = signed_in(auditor)
    assert "完成，不符 1" in words_of(client.get(list_url(JobRun)))


def test_the_alert_for_the_home_page_says_what_was_found(auditor: Staff, month: SmallMonth) -> None:
    client = signed_in(auditor)
    assert doctor.alert(request_of(client)) is None
    break_a_statement()
    tonight()
    told = doctor.alert(request_of(client))
    assert told is not None
    assert told.url == LATEST and told.text.endswith("1 项不符")


@pytest.mark.parametrize("broken", [False, True])
def test_the_page_asks_few_questions(
    broken: bool, auditor: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    if broken:
        Statement.objects.update(amount=Decimal("0.01"), visits=99)
    tonight()
    client = signed_in(auditor)
    client.get(LATEST)
    with django_assert_max_num_queries(7 if broken else 6):
        client.get(LATEST)
