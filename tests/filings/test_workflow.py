"""The life of a filing: every verb from every status, its terms, and what it covers when it has ended."""

from collections.abc import Callable
from datetime import date

import pytest

from common.terms import receipt, terms_of
from common.transitions import Refused, broken_links, history
from filings import intake, workflow
from filings.enums import Category, Channel, Material, Status, Verb
from filings.models import Filing
from registry.models import Enrolment, Institution
from settlement.models import Settlement
from tests.concurrency import at_once
from tests.conftest import at
from tests.stories import application, file, insured, open_hospital, publish, refused_without_trace, somebody, visit

NOW = at("2026-08-17 09:30")
PROOF = {Material.RESIDENCE_PROOF}


def applied(
    enrolment: Enrolment | None = None,
    category: str = Category.LONG_TERM_RESIDENT,
    destination: str = "110000",
    materials: set[str] = PROOF,
    on: str = "2026-08-14 16:00",
    **other: object,
) -> Filing:
    """An application in the queue."""
    given = application(enrolment or somebody(), category, destination, materials, **other)
    return intake.apply(given, by=None, at=at(on))


def in_status(status: str) -> Filing:
    """A filing that came to the status by its verbs."""
    filing = applied(category=Category.REFERRAL, materials={Material.REFERRAL_PROOF})
    way = {
        Status.SUBMITTED: (),
        Status.INCOMPLETE: (lambda: workflow.return_for_supplement(filing, by=None, at=NOW, opinion="看不清"),),
        Status.ACTIVE: (lambda: workflow.accept(filing, by=None, at=NOW),),
        Status.REFUSED: (lambda: workflow.refuse(filing, by=None, at=NOW, opinion="不符合条件"),),
        Status.CANCELLED: (lambda: workflow.cancel(filing, by=None, at=NOW),),
        Status.EXPIRED: (
            lambda: workflow.accept(filing, by=None, at=NOW),
            lambda: workflow.expire_all(date(2027, 2, 20), at("2027-02-20 00:05")),
        ),
    }
    for step in way[Status(status)]:
        step()
    filing.refresh_from_db()
    assert filing.status == status
    return filing


ACTS: dict[Verb, tuple[str, Callable[[Filing], object]]] = {
    Verb.ACCEPT: (Status.ACTIVE, lambda f: workflow.accept(f, by=None, at=NOW)),
    Verb.RETURN: (Status.INCOMPLETE, lambda f: workflow.return_for_supplement(f, by=None, at=NOW, opinion="看不清")),
    Verb.SUPPLEMENT: (Status.SUBMITTED, lambda f: workflow.supplement(f, {Material.PROMISE}, by=None, at=NOW)),
    Verb.REFUSE: (Status.REFUSED, lambda f: workflow.refuse(f, by=None, at=NOW, opinion="不符合条件")),
    Verb.CANCEL: (Status.CANCELLED, lambda f: workflow.cancel(f, by=None, at=NOW)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", ACTS)
def test_a_verb_does_what_the_table_allows_and_nothing_else(verb: Verb, status: str) -> None:
    filing = in_status(status)
    to, act = ACTS[verb]
    if to in workflow.ALLOWED[Status(status)]:
        act(filing)
        assert Filing.objects.get(pk=filing.pk).status == filing.status == to
        assert history(filing).last().verb == verb.label
    else:
        refusal = refused_without_trace(lambda: act(filing), Refused)
        assert Status(status).label in str(refusal)
        assert Filing.objects.get(pk=filing.pk).status == status


def test_the_verbs_follow_the_table() -> None:
    for begun, ended in workflow.VERBS.values():
        assert begun is None or ended in workflow.ALLOWED[begun]


# Deciding


@pytest.mark.django_db
def test_missing_materials_refuse_acceptance_and_all_are_named() -> None:
    filing = applied(materials=set())
    filing.materials = ["form"]
    filing.save()
    refusal = refused_without_trace(lambda: workflow.accept(filing, by=None, at=NOW), Refused)
    assert refusal.field == "materials"
    assert "居住证明 或 个人承诺书" in str(refusal)
    assert Material.IDENTITY.label in str(refusal)


@pytest.mark.django_db
def test_acceptance_looks_at_the_file_as_it_is_now_not_as_the_page_showed_it() -> None:
    filing = applied()
    Filing.objects.filter(pk=filing.pk).update(materials=["form", "identity"])
    with pytest.raises(Refused, match="材料不齐"):
        workflow.accept(filing, by=None, at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("opinion", ["", "  "])
def test_a_refusal_gives_its_reason(opinion: str) -> None:
    filing = applied()
    refusal = refused_without_trace(lambda: workflow.refuse(filing, by=None, at=NOW, opinion=opinion), Refused)
    assert refusal.field == "opinion"


@pytest.mark.django_db
def test_a_second_long_term_filing_is_refused_wherever_it_leads() -> None:
    enrolment = somebody()
    first = workflow.accept(applied(enrolment), by=None, at=NOW)
    second = applied(enrolment, Category.POSTED_WORKER, "410100", {Material.WORK_CONTRACT})
    refusal = refused_without_trace(lambda: workflow.accept(second, by=None, at=NOW), Refused)
    assert refusal.field == "category"
    assert first.number in str(refusal)
    workflow.cancel(first, by=None, at=NOW)
    assert workflow.accept(second, by=None, at=NOW).status == Status.ACTIVE


def test_two_clerks_cannot_accept_two_long_term_filings_at_once(committed_db: None) -> None:
    enrolment = somebody()
    filings = [applied(enrolment), applied(enrolment, Category.POSTED_WORKER, "410100", {Material.WORK_CONTRACT})]
    ended = at_once(*(lambda filing=filing: workflow.accept(filing, by=None, at=NOW) for filing in filings))
    assert sorted(type(result).__name__ for result in ended) == ["Filing", "Refused"]
    assert Filing.objects.filter(status=Status.ACTIVE).count() == 1


def test_two_clerks_cannot_accept_two_overlapping_temporary_filings_at_once(committed_db: None) -> None:
    enrolment = somebody()
    filings = [applied(enrolment, Category.OTHER_TEMPORARY, "110000", set()) for _ in range(2)]
    ended = at_once(*(lambda filing=filing: workflow.accept(filing, by=None, at=NOW) for filing in filings))
    assert sorted(type(result).__name__ for result in ended) == ["Filing", "Refused"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("destination", "start", "overlaps"),
    [
        ("110000", date(2027, 2, 19), True),  # the last day of the first
        ("110000", date(2027, 2, 20), False),
        ("120000", date(2026, 9, 1), False),
    ],
)
def test_a_temporary_filing_that_overlaps_another_is_refused(destination: str, start: date, overlaps: bool) -> None:
    enrolment = somebody()
    first = workflow.accept(applied(enrolment, Category.OTHER_TEMPORARY, materials=set()), by=None, at=NOW)
    second = applied(enrolment, Category.OTHER_TEMPORARY, destination, set(), valid_from=start)
    if overlaps:
        refusal = refused_without_trace(lambda: workflow.accept(second, by=None, at=NOW), Refused)
        assert first.number in str(refusal)
    else:
        assert workflow.accept(second, by=None, at=NOW).status == Status.ACTIVE


@pytest.mark.django_db
def test_another_person_is_in_nobodys_way() -> None:
    workflow.accept(applied(), by=None, at=NOW)
    assert workflow.accept(applied(), by=None, at=NOW).status == Status.ACTIVE


# Terms (article 9)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-08-13 09:00", date(2026, 8, 17)),  # Thursday: Friday and Monday
        ("2026-08-14 23:59", date(2026, 8, 18)),  # Friday's last minute in Shanghai
        ("2026-08-15 00:00", date(2026, 8, 18)),  # Saturday's first: the same two days
        ("2026-08-16 23:59", date(2026, 8, 18)),
        ("2026-08-17 00:00", date(2026, 8, 19)),
        ("2026-02-13 10:00", date(2026, 2, 24)),  # the 14th is worked (调休), then 春节 until the 23rd
        ("2026-02-12 10:00", date(2026, 2, 14)),
    ],
)
def test_the_office_decides_within_two_working_days(moment: str, due: date) -> None:
    filing = applied(category=Category.OTHER_TEMPORARY, materials=set(), on=moment)
    assert filing.due_on == terms_of(filing).get().due_on == due
    assert sum(day.counted for day in receipt(terms_of(filing).get()).days) == 2


@pytest.mark.django_db
def test_every_channel_gets_the_same_days() -> None:
    dues = {
        applied(category=Category.OTHER_TEMPORARY, materials=set(), channel=channel).due_on
        for channel in (Channel.NATIONAL_APP, Channel.WINDOW)
    }
    assert dues == {date(2026, 8, 18)}


@pytest.mark.django_db
def test_a_decision_ends_the_term() -> None:
    filing = workflow.accept(applied(), by=None, at=NOW)
    term = terms_of(filing).get()
    assert (term.ended_on, term.outcome, filing.due_on) == (date(2026, 8, 17), "准予备案", None)


@pytest.mark.django_db
def test_returned_the_clock_stops_and_supplemented_a_new_term_runs() -> None:
    filing = applied(materials=set())
    workflow.return_for_supplement(filing, by=None, at=NOW)
    assert filing.opinion == "请补充：居住证明 或 个人承诺书"
    assert filing.due_on is None
    workflow.supplement(filing, {Material.PROMISE}, by=None, at=at("2026-08-21 18:00"))
    first, second = terms_of(filing)
    assert (first.started_on, first.ended_on, first.outcome) == (date(2026, 8, 14), date(2026, 8, 17), "退回补正")
    assert (second.started_on, second.due_on, second.ended_on) == (date(2026, 8, 21), date(2026, 8, 25), None)
    assert filing.due_on == Filing.objects.get(pk=filing.pk).due_on == date(2026, 8, 25)
    assert filing.on_promise  # it was promised only now
    workflow.accept(filing, by=None, at=at("2026-08-24 09:00"))
    assert filing.status == Status.ACTIVE
    assert broken_links(history(filing)) == []


@pytest.mark.django_db
def test_a_return_names_what_is_missing_beside_the_clerks_words() -> None:
    filing = applied(materials=set())
    workflow.return_for_supplement(filing, by=None, at=NOW, opinion="备案表看不清")
    assert filing.opinion == "备案表看不清。请补充：居住证明 或 个人承诺书"


@pytest.mark.django_db
def test_a_complete_file_is_returned_only_with_a_reason() -> None:
    filing = applied()
    refusal = refused_without_trace(lambda: workflow.return_for_supplement(filing, by=None, at=NOW), Refused)
    assert refusal.field == "opinion"


# Expiry


@pytest.mark.django_db
def test_the_sweep_ends_what_ended_yesterday_once() -> None:
    filing = workflow.accept(applied(category=Category.OTHER_TEMPORARY, materials=set()), by=None, at=NOW)
    forever = workflow.accept(applied(), by=None, at=NOW)
    assert workflow.expire_all(date(2027, 2, 19), at("2027-02-19 00:05")) == 0
    assert workflow.expire_all(date(2027, 2, 20), at("2027-02-20 00:05")) == 1
    assert workflow.expire_all(date(2027, 2, 20), at("2027-02-20 00:05")) == 0
    filing.refresh_from_db()
    forever.refresh_from_db()
    assert (filing.status, forever.status) == (Status.EXPIRED, Status.ACTIVE)
    assert [change.verb for change in history(filing)] == ["申请", "准予备案", "到期"]


@pytest.mark.django_db
def test_a_late_sweep_leaves_alone_what_was_decided_after_its_moment() -> None:
    ends_soon = {"valid_until": date(2026, 8, 31)}
    filing = applied(category=Category.OTHER_TEMPORARY, materials=set(), **ends_soon)
    workflow.accept(filing, by=None, at=at("2026-09-03 09:00"))
    assert workflow.expire_all(date(2026, 9, 1), at("2026-09-01 00:05")) == 0
    assert workflow.expire_all(date(2026, 9, 4), at("2026-09-04 00:05")) == 1


@pytest.mark.django_db
def test_the_sweep_asks_the_database_the_same_few_questions_however_many_end(
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _ in range(30):
        workflow.accept(applied(category=Category.OTHER_TEMPORARY, materials=set()), by=None, at=NOW)
    with django_assert_max_num_queries(10):
        assert workflow.expire_all(date(2027, 2, 20), at("2027-02-20 00:05")) == 30


# What it covers (article 12)


@pytest.fixture
def beijing(db: None) -> Institution:
    publish()
    return open_hospital("H11010100009", "119900", "110000")


def stay(enrolment: Enrolment, hospital: Institution, begun_on: str, **other: str) -> Settlement:
    return visit(
        enrolment, hospital, "inpatient", "2027-03-10 10:00", begun_on=begun_on, in_scope="1500.00", **other
    )  # fmt: skip


@pytest.mark.parametrize(("begun_on", "settled"), [("2027-02-19", True), ("2027-02-20", False)])
def test_a_stay_that_began_on_the_last_day_is_settled_after_the_filing_expired(
    beijing: Institution, begun_on: str, settled: bool
) -> None:
    enrolment = somebody()
    filing = file(enrolment, Category.REFERRAL, "110000", {Material.REFERRAL_PROOF})
    workflow.expire_all(date(2027, 2, 20), at("2027-02-20 00:05"))
    if settled:
        assert stay(enrolment, beijing, begun_on).filing == filing
    else:
        with pytest.raises(Refused, match="没有覆盖"):
            stay(enrolment, beijing, begun_on)


@pytest.mark.parametrize(("begun_on", "settled"), [("2026-10-04", True), ("2026-10-06", False)])
def test_a_filing_cancelled_during_the_stay_still_covers_what_began_before(
    beijing: Institution, begun_on: str, settled: bool
) -> None:
    enrolment = somebody()
    filing = file(enrolment, Category.LONG_TERM_RESIDENT, "110000", PROOF)
    workflow.cancel(filing, by=None, at=at("2026-10-05 15:00"))
    if settled:
        assert stay(enrolment, beijing, begun_on).filing == filing
    else:
        with pytest.raises(Refused, match="没有覆盖"):
            stay(enrolment, beijing, begun_on)


def test_an_application_cancelled_before_it_was_decided_covers_nothing(beijing: Institution) -> None:
    enrolment = somebody()
    workflow.cancel(applied(enrolment), by=None, at=at("2026-10-05 15:00"))
    with pytest.raises(Refused, match="没有覆盖"):
        stay(enrolment, beijing, "2026-09-10")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.INCOMPLETE, Status.REFUSED])
def test_what_is_not_accepted_covers_nothing(beijing: Institution, status: str) -> None:
    filing = in_status(status)
    enrolment = filing.person.enrolments.get()
    with pytest.raises(Refused, match="没有覆盖"):
        stay(enrolment, beijing, "2026-09-10")


# Emergencies (article 34)


def test_an_emergency_without_a_filing_is_deemed_filed_for_its_day(beijing: Institution) -> None:
    enrolment = somebody()
    settled = stay(enrolment, beijing, "2027-03-01", inpatient_type="emergency")
    filing = settled.filing
    assert filing is not None
    assert (settled.filing_category, filing.category, filing.channel) == ("emergency", "emergency", Channel.FLAG)
    assert (filing.status, filing.valid_from, filing.valid_until) == (Status.ACTIVE, date(2027, 3, 1), date(2027, 3, 1))
    assert [(change.verb, change.by) for change in history(filing)] == [("视同备案", None)]


def test_a_filing_that_covers_wins_over_the_flag(beijing: Institution) -> None:
    enrolment = somebody()
    filing = file(enrolment, Category.LONG_TERM_RESIDENT, "110000", PROOF)
    settled = stay(enrolment, beijing, "2027-03-01", inpatient_type="emergency")
    assert (settled.filing, settled.filing_category) == (filing, Category.LONG_TERM_RESIDENT)


def test_a_deemed_filing_opens_nothing_to_an_ordinary_visit_of_the_same_day(beijing: Institution) -> None:
    enrolment = somebody()
    stay(enrolment, beijing, "2027-03-01", inpatient_type="emergency")
    with pytest.raises(Refused, match="没有覆盖"):
        visit(
            enrolment, beijing, "outpatient", "2027-03-10 11:00", begun_on="2027-03-01", in_scope="100.00"
        )  # fmt: skip


def test_a_second_emergency_of_the_same_day_shares_the_deemed_filing(beijing: Institution) -> None:
    enrolment = somebody()
    first = stay(enrolment, beijing, "2027-03-01", inpatient_type="emergency")
    second = stay(enrolment, beijing, "2027-03-01", inpatient_type="emergency")
    assert first.filing == second.filing


def test_an_emergency_is_in_no_filings_way(beijing: Institution) -> None:
    enrolment = insured("340100", "急诊", "990000196001010099", date(1960, 1, 1), "retired", "0.00")
    stay(enrolment, beijing, "2027-03-01", inpatient_type="emergency")
    filing = applied(enrolment, Category.OTHER_TEMPORARY, materials=set(), valid_from=date(2027, 2, 1))
    assert workflow.accept(filing, by=None, at=at("2027-03-12 09:00")).status == Status.ACTIVE
