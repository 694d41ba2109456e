"""At month end what both sides confirmed goes onto the notices: each province's payments and receipts."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clearing.enums import ConfirmationStatus, NoticeKind, SheetStatus, SheetVerb
from clearing.models import Notice, NoticeLine, ProvinceSheet, Sheet, SheetRow
from clearing.workflow import SHEET_ALLOWED
from common.money import ZERO
from common.numbers import next_numbers
from common.transitions import move

PREFIX = {NoticeKind.PAYMENT: "FK", NoticeKind.RECEIPT: "SK"}


def publish(sheet: Sheet, at: datetime) -> int:
    """Publish annexes 15 and 16 of the sheet for every row that both its provinces confirmed (article 47).

    Rows confirmed after the moment stand on notices of a later month end, however late this runs; safe to run twice.
    Returns the notices published.
    """
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update(of=("self",), no_key=True).get(pk=sheet.pk)
        grouped: dict[tuple[str, str], list[tuple[SheetRow, str]]] = defaultdict(list)
        for row in confirmed_rows(sheet, at):
            grouped[row.payer_id, NoticeKind.PAYMENT].append((row, row.payee_id))
            grouped[row.payee_id, NoticeKind.RECEIPT].append((row, row.payer_id))
        for (province, kind), rows in sorted(grouped.items()):
            _publish_one(sheet, province, kind, rows, at)
        if sheet.status != SheetStatus.NOTICED and not _unnoticed(sheet).exists():
            move(sheet, SheetStatus.NOTICED, allowed=SHEET_ALLOWED, verb=SheetVerb.PUBLISH.label, by=None, at=at)
    return len(grouped)


def confirmed_rows(sheet: Sheet, at: datetime) -> list[SheetRow]:
    """The rows both of whose provinces had confirmed by the moment and that stand on no notice yet."""
    # 解释: a row is confirmed when its payer and its payee both are; one side's silence keeps it off the notices.
    confirmed = ProvinceSheet.objects.filter(sheet=sheet, status=ConfirmationStatus.CONFIRMED, confirmed_at__lte=at)
    confirmed = confirmed.values("province")
    return list(_unnoticed(sheet).filter(home__in=confirmed, host__in=confirmed))


def _unnoticed(sheet: Sheet):  # type: ignore[no-untyped-def]
    return SheetRow.objects.filter(sheet=sheet, notice_lines=None)


def _publish_one(sheet: Sheet, province: str, kind: str, rows: list[tuple[SheetRow, str]], at: datetime) -> None:
    number = next_numbers(PREFIX[NoticeKind(kind)], timezone.localdate(at))[0]
    amount = sum((row.amount for row, _ in rows), ZERO)
    notice = Notice.objects.create(
        number=number, sheet=sheet, province_id=province, kind=kind, published_at=at, amount=amount
    )
    NoticeLine.objects.bulk_create(
        NoticeLine(notice=notice, kind=kind, row=row, counterpart_id=other, amount=row.amount) for row, other in rows
    )
