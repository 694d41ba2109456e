"""A status changes by the table of its kind or not at all, and every change stays on record, chained."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import ProgrammingError, connections, transaction

from clearing import workflow as clearing_workflow
from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import Sheet
from common.cases import Case, StatusChange
from common.transitions import Refused, begin, broken_links, history, move, move_all, record_begun
from config.generated_docs import WORKFLOWS
from filings import workflow as filing_workflow
from filings.enums import Material, Status, Verb
from filings.models import Filing
from registry.models import Institution, Staff
from settlement import statements
from settlement.enums import StatementStatus, StatementVerb
from tests.common.cases import case_of, filing, province_sheet, sheet, statement
from tests.conftest import at

NOW = at("2026-10-10 10:00")
MOVES = [
    pytest.param(workflow, before, after, id=f"{workflow.model.__name__}-{before}-{after}")
    for workflow in WORKFLOWS
    for before, after in product(workflow.allowed, repeat=2)
]


def acts(case: Case) -> list[str]:
    """What was done to the case, oldest first."""
    return [change.verb for change in history(case)]


# The tables


@pytest.mark.django_db
@pytest.mark.parametrize(("workflow", "before", "after"), MOVES)
def test_the_table_of_a_kind_decides_every_move(workflow: Any, before: str, after: str, hospital: Institution) -> None:
    case = case_of(workflow.model.__name__, before, hospital)
    fields = {"agreed_at": NOW} if after in ("agreed", "cleared") else {}
    if after in workflow.allowed[before]:
        move(case, after, allowed=workflow.allowed, verb="办理", by=None, at=NOW, **fields)
        assert case.status == type(case)._default_manager.get(pk=case.pk).status == after
        assert acts(case)[-1] == "办理"
    else:
        with pytest.raises(Refused, match="不能办理") as refused:
            move(case, after, allowed=workflow.allowed, verb="办理", by=None, at=NOW, **fields)
        assert case.status == type(case)._default_manager.get(pk=case.pk).status == before
        assert len(acts(case)) == 1
        assert refused.value.remedy == "请刷新页面查看最新状态。"


# The verbs

FILING_ACTS: dict[Verb, Callable[[Filing, Staff], Any]] = {
    Verb.ACCEPT: lambda case, by: filing_workflow.accept(case, by=by, at=NOW),
    Verb.REFUSE: lambda case, by: filing_workflow.refuse(case, by=by, at=NOW, opinion="不符合条件"),
    Verb.RETURN: lambda case, by: filing_workflow.return_for_supplement(case, by=by, at=NOW, opinion="请补充"),
    Verb.SUPPLEMENT: lambda case, by: filing_workflow.supplement(case, {Material.PROMISE}, by=by, at=NOW),
    Verb.CANCEL: lambda case, by: filing_workflow.cancel(case, by=by, at=NOW),
}
STATEMENT_ACTS: dict[StatementVerb, Callable[[Any, Staff], Any]] = {
    StatementVerb.AGREE_AS_INSTITUTION: lambda case, by: statements.agree_as_institution(case, by=by, at=NOW),
    StatementVerb.TAKE_BACK: lambda case, by: statements.take_back(case, by=by, at=NOW),
    StatementVerb.AGREE: lambda case, by: statements.agree(case, by=by, at=NOW),
}


@pytest.mark.parametrize(("verb", "before"), [*product(FILING_ACTS, Status)])
def test_a_verb_of_a_filing_is_done_where_the_table_leads_and_refused_elsewhere(
    verb: Verb, before: Status, home_clerk: Staff
) -> None:
    case, (_, after) = filing(before), filing_workflow.VERBS[verb]
    if after in filing_workflow.ALLOWED[before]:
        FILING_ACTS[verb](case, home_clerk)
        assert case.status == after
        assert (acts(case)[-1], history(case).last().by) == (verb.label, home_clerk)
    else:
        with pytest.raises(Refused, match=f"不能{verb.label}"):
            FILING_ACTS[verb](case, home_clerk)
        assert acts(case) == ["申请"]


@pytest.mark.parametrize(("verb", "before"), [*product(STATEMENT_ACTS, StatementStatus)])
def test_a_verb_of_a_statement_is_done_from_its_one_status_and_refused_elsewhere(
    verb: StatementVerb, before: StatementStatus, hospital: Institution, host_clerk: Staff
) -> None:
    case, (start, after) = statement(before, hospital), statements.VERBS[verb]
    if before == start:
        STATEMENT_ACTS[verb](case, host_clerk)
        assert case.status == after
        assert acts(case)[-1] == verb.label
    else:
        with pytest.raises(Refused, match=f"不能{verb.label}"):
            STATEMENT_ACTS[verb](case, host_clerk)
        assert acts(case) == ["生成"]


@pytest.mark.parametrize("before", ConfirmationStatus)
def test_a_province_confirms_once(before: ConfirmationStatus, henan_supervisor: Staff) -> None:
    case = province_sheet(before, sheet("generated"))
    if before == ConfirmationStatus.PENDING:
        clearing_workflow.confirm(case, by=henan_supervisor, at=NOW)
        assert (case.status, case.handler, case.confirmed_at) == ("confirmed", henan_supervisor, NOW)
        assert Sheet.objects.get().status == SheetStatus.CONFIRMED, "the last province confirms the whole"
    else:
        with pytest.raises(Refused, match="不能确认"):
            clearing_workflow.confirm(case, by=henan_supervisor, at=NOW)


@pytest.mark.django_db
def test_only_filings_in_force_whose_last_day_is_past_expire() -> None:
    cases = {status: filing(status, number=f"A000{place}") for place, status in enumerate(Status)}
    assert filing_workflow.expire_all(cases[Status.ACTIVE].valid_until, NOW) == 0, "the last day counts"
    the_day_after = cases[Status.ACTIVE].valid_until + timedelta(days=1)
    assert [filing_workflow.expire_all(the_day_after, NOW) for _ in range(2)] == [1, 0]
    assert Filing.objects.get(pk=cases[Status.ACTIVE].pk).status == Status.EXPIRED


# What move() keeps


def test_a_move_keeps_who_when_why_and_what_else_changed(home_clerk: Staff) -> None:
    case = filing("submitted")
    move(
        case, "refused", allowed=filing_workflow.ALLOWED, verb="不予备案", by=home_clerk, at=NOW, why="材料不符",
        opinion="材料不符", handler=home_clerk,
    )  # fmt: skip
    kept, change = Filing.objects.get(pk=case.pk), history(case).last()
    assert (kept.status, kept.opinion, kept.handler) == ("refused", "材料不符", home_clerk)
    assert (change.from_status, change.to_status, change.verb) == ("submitted", "refused", "不予备案")
    assert (change.by, change.at, change.why, change.sequence) == (home_clerk, NOW, "材料不符", 2)


@pytest.mark.django_db
def test_a_move_looks_at_the_row_not_at_what_is_in_hand() -> None:
    case = filing("submitted")
    stale = Filing.objects.get(pk=case.pk)
    filing_workflow.cancel(case, by=None, at=NOW)
    with pytest.raises(Refused, match="当前状态为“已取消”"):
        filing_workflow.cancel(stale, by=None, at=NOW)


@pytest.mark.django_db
def test_nothing_is_kept_where_the_first_row_cannot_be() -> None:
    case = filing("submitted")
    twin = Filing(number=case.number, **{name: getattr(case, name) for name in ("agency", "person", "home_area")})
    with pytest.raises(Exception, match=r"null value|duplicate key"), transaction.atomic():
        begin(twin, "submitted", verb="申请", by=None, at=NOW)
    assert StatusChange.objects.count() == 1


@pytest.mark.django_db
def test_many_move_at_once_each_with_its_entry() -> None:
    cases = [filing("submitted", number=f"A000{n}") for n in range(3)]
    moved = move_all(
        Filing.objects.all(),
        "refused",
        allowed=filing_workflow.ALLOWED,
        verb="不予备案",
        by=None,
        at=NOW,
        opinion="齐退",
    )
    assert moved == 3
    assert set(Filing.objects.values_list("status", "opinion")) == {("refused", "齐退")}
    assert all(acts(case) == ["申请", "不予备案"] for case in cases)
    assert broken_links(StatusChange.objects.order_by("case_id", "sequence")) == []


@pytest.mark.django_db
def test_one_that_may_not_move_keeps_all_where_they_are() -> None:
    filing("submitted", number="A0001"), filing("active", number="A0002")
    with pytest.raises(Refused, match="已备案"):
        move_all(Filing.objects.all(), "refused", allowed=filing_workflow.ALLOWED, verb="不予备案", by=None, at=NOW)
    assert set(Filing.objects.values_list("status", flat=True)) == {"submitted", "active"}
    assert StatusChange.objects.count() == 2


@pytest.mark.django_db
def test_moving_none_is_nothing() -> None:
    allowed = filing_workflow.ALLOWED
    assert move_all(Filing.objects.none(), "refused", allowed=allowed, verb="不予备案", by=None, at=NOW) == 0
    record_begun([], verb="生成", by=None, at=NOW)
    assert not StatusChange.objects.exists()


# The chain


@pytest.mark.django_db
def test_the_entries_of_a_case_are_chained_from_the_first() -> None:
    case = filing("submitted")
    filing_workflow.return_for_supplement(case, by=None, at=NOW, opinion="请补充")
    filing_workflow.supplement(case, {Material.PROMISE}, by=None, at=NOW)
    first, second, third = history(case)
    assert [entry.sequence for entry in (first, second, third)] == [1, 2, 3]
    assert first.previous_digest == ""
    assert (second.previous_digest, third.previous_digest) == (first.digest, second.digest)
    assert broken_links([first, second, third]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [("why", "改过"), ("to_status", "active"), ("by_id", 7), ("at", NOW + timedelta(microseconds=1)), ("sequence", 9)],
)
def test_an_entry_that_says_something_else_is_found(field: str, value: Any) -> None:
    case = filing("submitted")
    filing_workflow.cancel(case, by=None, at=NOW)
    entries = list(history(case))
    setattr(entries[1], field, value)
    assert broken_links(entries) == [entries[1]]


@pytest.mark.django_db
def test_an_entry_taken_out_or_put_elsewhere_is_found() -> None:
    case = filing("submitted")
    filing_workflow.return_for_supplement(case, by=None, at=NOW, opinion="请补充")
    filing_workflow.supplement(case, {Material.PROMISE}, by=None, at=NOW)
    first, second, third = history(case)
    assert broken_links([first, third]) == [third]
    assert broken_links([second, third]) == [second]
    assert broken_links([first, third, second]) == [third, second]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda rows: rows.update(why="改过"), lambda rows: rows.delete()])
def test_the_working_role_cannot_touch_history(change: Callable[[Any], Any]) -> None:
    case = filing("submitted")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        change(history(case))


@pytest.fixture
def kept_sheet(committed_db: None) -> Sheet:
    """A sheet kept for good, so that other connections see it."""
    return sheet("generated")


def test_what_the_owner_of_the_tables_alters_is_found(kept_sheet: Sheet) -> None:
    allowed = clearing_workflow.SHEET_ALLOWED
    move(kept_sheet, SheetStatus.CONFIRMED, allowed=allowed, verb="确认", by=None, at=NOW, why="各省已确认")
    move(kept_sheet, SheetStatus.NOTICED, allowed=allowed, verb="发布通知书", by=None, at=NOW)
    assert broken_links(history(kept_sheet)) == []
    owned = StatusChange.objects.using("owner").filter(case_kind=Sheet.kind(), case_id=kept_sheet.pk)
    assert owned.filter(sequence=2).update(why="另有原因") == 1
    assert [change.sequence for change in broken_links(history(kept_sheet))] == [2]
    owned.filter(sequence=2).delete()
    assert [change.sequence for change in broken_links(history(kept_sheet))] == [3]


def test_of_two_who_act_at_once_one_is_refused(kept_sheet: Sheet) -> None:
    def confirm(_: int) -> str:
        try:
            case = Sheet.objects.get(pk=kept_sheet.pk)
            allowed = clearing_workflow.SHEET_ALLOWED
            move(case, SheetStatus.CONFIRMED, allowed=allowed, verb="确认", by=None, at=NOW)
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(4) as people:
        outcomes = sorted(people.map(confirm, range(4)))
    assert outcomes == ["done", "refused", "refused", "refused"]
    assert acts(kept_sheet) == ["生成", "确认"]
