"""A province confirms its sheet; when all have, the national sheet is confirmed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from clearing.enums import ConfirmationStatus, SheetStatus, SheetVerb
from clearing.models import ProvinceSheet, Sheet
from clearing.parameters import CONFIRMATION_DAY
from common import terms
from common.terms import TermKind
from common.transitions import move

SHEET_ALLOWED = {
    SheetStatus.GENERATED: {SheetStatus.CONFIRMED, SheetStatus.NOTICED},
    SheetStatus.CONFIRMED: {SheetStatus.NOTICED},
    SheetStatus.NOTICED: {SheetStatus.PAID},
    SheetStatus.PAID: set(),
}

ALLOWED = {
    ConfirmationStatus.PENDING: {ConfirmationStatus.CONFIRMED},
    ConfirmationStatus.CONFIRMED: set(),
}

CONFIRMATION = TermKind("确认清算表", "by_day", CONFIRMATION_DAY)


def confirm(province_sheet: ProvinceSheet, *, by: Any, at: datetime) -> ProvinceSheet:
    """The province confirms its payable and receivable sheets as a whole (article 46).

    Late is late but not refused: silence confirms nothing, and what is owed stays owed.
    """
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update(of=("self",), no_key=True).get(pk=province_sheet.sheet_id)
        move(
            province_sheet, ConfirmationStatus.CONFIRMED, allowed=ALLOWED, verb=SheetVerb.CONFIRM.label, by=by, at=at,
            confirmed_at=at, handler=by,
        )  # fmt: skip
        on = timezone.localdate(at)
        terms.end_term(province_sheet, CONFIRMATION, on=on, outcome=SheetVerb.CONFIRM.label)
        waiting = sheet.provinces.filter(status=ConfirmationStatus.PENDING)
        if sheet.status == SheetStatus.GENERATED and not waiting.exists():
            move(sheet, SheetStatus.CONFIRMED, allowed=SHEET_ALLOWED, verb=SheetVerb.CONFIRM.label, by=by, at=at)
    return province_sheet


def open_confirmations(sheet: Sheet, on: date) -> None:
    """Start the term until the 25th for every province that has figures to confirm."""
    waiting = list(sheet.provinces.filter(status=ConfirmationStatus.PENDING).order_by("pk"))
    terms.open_terms(waiting, CONFIRMATION, start=on)
