"""Each province confirms its sheet by the 25th; when all have, the national sheet is confirmed."""

from collections.abc import Callable
from datetime import date

import pytest

from clearing import workflow
from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import ProvinceSheet, Sheet
from common.terms import terms_of
from common.transitions import Refused, broken_links, history
from registry.models import Staff
from tests.concurrency import at_once
from tests.conftest import at
from tests.stories import (
    agree,
    open_hospital,
    publish,
    refused_without_trace,
    run_until,
    statement_of,
    traveller,
    visit,
)

NOW = at("2026-10-23 10:00")


def september() -> Sheet:
    """Hefei owes Beijing 50.00."""
    publish()
    beijing = open_hospital("H11010100009", "119900", "110000")
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    run_until("2026-10-12 09:00")
    agree(statement_of(beijing, "2026-09"), "2026-10-12 09:00")
    run_until("2026-10-21 08:00")
    return Sheet.objects.get()


def part_of(sheet: Sheet, province: str) -> ProvinceSheet:
    return ProvinceSheet.objects.get(sheet=sheet, province=province)


@pytest.fixture
def sheet(db: None) -> Sheet:
    return september()


def test_a_province_confirms_its_sheet_as_a_whole(sheet: Sheet, beijing_supervisor: Staff) -> None:
    part = workflow.confirm(part_of(sheet, "110000"), by=beijing_supervisor, at=NOW)
    kept = ProvinceSheet.objects.get(pk=part.pk)
    assert (kept.status, kept.confirmed_at, kept.handler) == (ConfirmationStatus.CONFIRMED, NOW, beijing_supervisor)
    [term] = terms_of(part)
    assert (term.started_on, term.due_on) == (date(2026, 10, 21), date(2026, 10, 25))
    assert (term.ended_on, term.outcome, kept.due_on) == (date(2026, 10, 23), "确认", None)
    assert [change.verb for change in history(part)] == ["生成", "确认"]


def test_the_national_sheet_is_confirmed_with_the_last_province(sheet: Sheet) -> None:
    workflow.confirm(part_of(sheet, "110000"), by=None, at=NOW)
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.GENERATED
    workflow.confirm(part_of(sheet, "340000"), by=None, at=at("2026-10-24 10:00"))
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.CONFIRMED
    assert history(sheet).last().at == at("2026-10-24 10:00")
    assert broken_links(history(sheet)) == []


def test_a_province_confirms_once(sheet: Sheet) -> None:
    part = workflow.confirm(part_of(sheet, "110000"), by=None, at=NOW)
    refusal = refused_without_trace(lambda: workflow.confirm(part, by=None, at=NOW), Refused)
    assert "已确认" in str(refusal)


def test_a_province_without_figures_has_nothing_to_confirm(sheet: Sheet) -> None:
    part = part_of(sheet, "460000")
    assert (part.status, part.due_on) == (ConfirmationStatus.CONFIRMED, None)
    refused_without_trace(lambda: workflow.confirm(part, by=None, at=NOW), Refused)


@pytest.mark.parametrize("moment", ["2026-10-25 23:59", "2026-10-26 00:00", "2026-12-01 09:00"])
def test_late_is_late_and_not_refused(sheet: Sheet, moment: str) -> None:
    part = workflow.confirm(part_of(sheet, "110000"), by=None, at=at(moment))
    assert terms_of(part).get().ended_on == at(moment).date()


def test_silence_confirms_nothing(sheet: Sheet) -> None:
    run_until("2026-11-30 09:00")
    assert part_of(sheet, "110000").status == ConfirmationStatus.PENDING
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.GENERATED


@pytest.mark.django_db
@pytest.mark.parametrize("status", SheetStatus)
def test_the_table_of_the_sheet_only_leads_on(status: str) -> None:
    order = list(SheetStatus)
    assert all(order.index(SheetStatus(to)) > order.index(SheetStatus(status)) for to in workflow.SHEET_ALLOWED[status])


def test_the_last_two_provinces_at_once_confirm_the_sheet(committed_db: None) -> None:
    sheet = september()
    acts: list[Callable[[], object]] = [
        lambda province=province: workflow.confirm(part_of(sheet, province), by=None, at=NOW)
        for province in ("110000", "340000")
    ]
    assert all(isinstance(result, ProvinceSheet) for result in at_once(*acts))
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.CONFIRMED
