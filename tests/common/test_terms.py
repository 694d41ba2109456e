"""A term is a row with its start, its article and its due day; a case is due when its first open term is."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from common import terms
from common.cases import Term
from common.law import PROCEDURES_2022, Article, Dated, Value
from common.terms import TermKind
from filings.models import Filing
from registry.models import Agency
from tests.common.cases import filing

pytestmark = pytest.mark.django_db


def number(n: int, article: str = "第九条") -> Dated[int]:
    return Dated("a number of the law", Value(date(2023, 1, 1), n, Article(PROCEDURES_2022, article, "测试")))


DECIDE = TermKind("办结备案", "working_days", number(2))
DECIDE_IN_THREE = TermKind("办结备案", "working_days", number(3))
PROVE = TermKind("补交材料", "days", number(3, "第八条"))
AGREE = TermKind("确认月度对账单", "by_day", number(20, "第四十条"))
ANSWER = TermKind("回复协查", "by_day_of_next_month", number(25, "第五十八条"))
FRIDAY = date(2026, 8, 14)
EVE = date(2026, 9, 30)  # of National Day: 1 to 7 October are off, Saturday the 10th is made up


def opened(case: Filing, kind: TermKind = DECIDE, start: date = FRIDAY) -> Term:
    return terms.open_term(case, kind, start=start, agency=case.agency)


@pytest.mark.parametrize(
    ("kind", "start", "due_on"),
    [
        (DECIDE, FRIDAY, date(2026, 8, 18)),
        (DECIDE, EVE, date(2026, 10, 9)),
        (DECIDE_IN_THREE, EVE, date(2026, 10, 10)),
        (PROVE, EVE, date(2026, 10, 3)),
        (AGREE, EVE, date(2026, 10, 20)),
        (AGREE, date(2026, 10, 20), date(2026, 11, 20)),
        (ANSWER, date(2026, 10, 26), date(2026, 11, 25)),
        (TermKind("有效期", "months", number(6)), date(2026, 8, 31), date(2027, 2, 28)),
        (TermKind("发布通知书", "by_month_end", number(0)), date(2027, 2, 1), date(2027, 2, 28)),
        (TermKind("上年清算", "first_quarter", number(0)), date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_a_term_ends_as_its_article_counts(kind: TermKind, start: date, due_on: date) -> None:
    assert kind.due(start).due_on == due_on


def test_an_open_term_says_who_must_act_until_when_and_by_which_article() -> None:
    case = filing("submitted")
    term = Term.objects.get(pk=opened(case).pk)
    assert (term.case_kind, term.case_id, term.kind) == ("filings.filing", case.pk, "办结备案")
    assert (term.started_on, term.due_on, term.agency) == (FRIDAY, date(2026, 8, 18), case.agency)
    assert term.article == "《基本医疗保险跨省异地就医直接结算经办规程》第九条"
    assert (term.ended_on, term.outcome, term.provisional) == (None, "", False)


def test_a_term_that_counts_days_of_an_unpublished_year_is_provisional() -> None:
    assert opened(filing("submitted"), start=date(2028, 12, 30)).provisional


def test_the_case_is_due_when_its_earliest_open_term_is() -> None:
    case = filing("submitted")
    opened(case, AGREE)
    assert Filing.objects.get().due_on == case.due_on == date(2026, 8, 20)
    opened(case)
    assert Filing.objects.get().due_on == case.due_on == date(2026, 8, 18)
    terms.end_term(case, DECIDE, on=date(2026, 8, 17), outcome="准予备案")
    assert Filing.objects.get().due_on == case.due_on == date(2026, 8, 20)
    terms.end_term(case, AGREE, on=date(2026, 8, 17), outcome="确认")
    assert Filing.objects.get().due_on is None


def test_an_ended_term_says_when_and_how_and_stays_so() -> None:
    case = filing("submitted")
    opened(case)
    terms.end_term(case, DECIDE, on=date(2026, 8, 17), outcome="准予备案")
    terms.end_term(case, DECIDE, on=date(2026, 9, 1), outcome="取消")
    (term,) = terms.terms_of(case)
    assert (term.ended_on, term.outcome) == (date(2026, 8, 17), "准予备案")


def test_the_same_term_runs_once_at_a_time_and_again_when_it_ended() -> None:
    case = filing("submitted")
    opened(case)
    with pytest.raises(IntegrityError, match="term_open_once"), transaction.atomic():
        opened(case)
    terms.end_term(case, DECIDE, on=date(2026, 8, 17), outcome="退回补正")
    opened(case, start=date(2026, 8, 20))
    assert [term.started_on for term in terms.terms_of(case)] == [FRIDAY, date(2026, 8, 20)]
    assert case.due_on == date(2026, 8, 24)


def test_many_cases_get_their_term_each_at_its_own_office() -> None:
    cases = [filing("submitted"), filing("submitted", area="340100", number="A0002")]
    terms.open_terms(list(cases), DECIDE, start=FRIDAY)
    assert set(Filing.objects.values_list("due_on", flat=True)) == {date(2026, 8, 18)}
    assert set(Term.objects.values_list("agency", flat=True)) == {"411600", "340100"}
    terms.open_terms([], DECIDE, start=FRIDAY)


def test_many_terms_end_at_once_and_the_others_run_on() -> None:
    cases = [filing("submitted", number=f"A000{n}") for n in range(3)]
    terms.open_terms(list(cases), DECIDE, start=FRIDAY)
    opened(cases[0], AGREE)
    terms.end_terms(Filing.objects.exclude(pk=cases[2].pk), DECIDE, on=date(2026, 8, 18), outcome="逾期")
    due = dict(Filing.objects.values_list("pk", "due_on"))
    assert due == {cases[0].pk: date(2026, 8, 20), cases[1].pk: None, cases[2].pk: date(2026, 8, 18)}


def test_terms_of_another_kind_of_case_with_the_same_key_are_not_ours() -> None:
    case = filing("submitted")
    opened(case)
    national = Agency.objects.get(level="national")
    Term.objects.create(
        case_kind="clearing.sheet", case_id=case.pk, kind="确认清算表", article="", rule="by_day:25", started_on=FRIDAY,
        due_on=FRIDAY, agency=national,
    )  # fmt: skip
    assert terms.terms_of(case).count() == 1
    terms.follow_all(Filing.objects.all())
    assert Filing.objects.get().due_on == date(2026, 8, 18)


def test_a_due_day_explains_itself_day_by_day() -> None:
    story = terms.receipt(opened(filing("submitted"), start=EVE))
    assert story.due_on == date(2026, 10, 9)
    counted = [day.on for day in story.days if day.counted]
    assert counted == [date(2026, 10, 8), date(2026, 10, 9)]
    assert [day.why for day in story.days][:2] == ["起算日，不计入", "节假日：国庆节"]
    assert len(story.days) == 10


def test_a_term_is_not_late_on_its_last_day() -> None:
    term = opened(filing("submitted"))
    assert [term.days_left(day) for day in (FRIDAY, date(2026, 8, 18), date(2026, 8, 19))] == [4, 0, -1]


def test_a_term_never_ends_before_it_starts() -> None:
    case = filing("submitted")
    with pytest.raises(IntegrityError, match="term_due_after_start"), transaction.atomic():
        Term.objects.create(
            case_kind=case.kind(), case_id=case.pk, kind="办结备案", article="", rule="days:1", started_on=FRIDAY,
            due_on=date(2026, 8, 13), agency=case.agency,
        )  # fmt: skip
