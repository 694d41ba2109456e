"""At month end what both sides confirmed goes onto the notices, each row once; late confirmations wait a month."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clearing import notices, workflow
from clearing.enums import NoticeKind, SheetStatus
from clearing.models import Notice, NoticeLine, ProvinceSheet, Sheet
from registry.models import Institution
from tests.conftest import at
from tests.stories import (
    agree,
    confirm_all,
    open_hospital,
    publish,
    reverse,
    run_until,
    statement_of,
    traveller,
    visit,
)

pytestmark = pytest.mark.django_db
HOME, BEIJING, HENAN = "340000", "110000", "410000"
MONTH_END = at("2026-10-31 00:20")


@pytest.fixture
def hospitals(db: None) -> list[Institution]:
    publish()
    return [open_hospital("H11010100009", "119900", "110000"), open_hospital("H41010200001", "410100", "410100")]


@pytest.fixture
def sheet(hospitals: list[Institution]) -> Sheet:
    """Hefei owes Beijing 50.00 for an outpatient and Henan 900.00 for an emergency."""
    beijing, zhengzhou = hospitals
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    visit(traveller(), zhengzhou, "inpatient", "2026-09-10 09:00", inpatient_type="emergency", in_scope="1500.00")
    run_until("2026-10-12 09:00")
    for hospital in hospitals:
        agree(statement_of(hospital, "2026-09"), "2026-10-12 09:00")
    run_until("2026-10-21 08:00")
    return Sheet.objects.get()


def confirm(sheet: Sheet, province: str, moment: str) -> None:
    workflow.confirm(ProvinceSheet.objects.get(sheet=sheet, province=province), by=None, at=at(moment))


def noticed() -> dict[tuple[str, str], Decimal]:
    return {(notice.province_id, notice.kind): notice.amount for notice in Notice.objects.all()}


def status_of(sheet: Sheet) -> str:
    return Sheet.objects.get(pk=sheet.pk).status


def test_what_all_confirmed_is_noticed_to_payer_and_payee(sheet: Sheet) -> None:
    confirm_all(sheet, "2026-10-23 10:00")
    assert notices.publish(sheet, MONTH_END) == 3
    assert noticed() == {
        (HOME, NoticeKind.PAYMENT): Decimal("950.00"),
        (BEIJING, NoticeKind.RECEIPT): Decimal("50.00"),
        (HENAN, NoticeKind.RECEIPT): Decimal("900.00"),
    }
    payment = Notice.objects.get(kind=NoticeKind.PAYMENT)
    assert set(payment.lines.values_list("counterpart", "amount")) == {
        (BEIJING, Decimal("50.00")),
        (HENAN, Decimal("900.00")),
    }
    assert (payment.number[:10], payment.published_at) == ("FK20261031", MONTH_END)
    assert status_of(sheet) == SheetStatus.NOTICED


def test_a_row_waits_until_both_its_sides_confirmed(sheet: Sheet) -> None:
    confirm(sheet, HOME, "2026-10-23 10:00")
    assert notices.publish(sheet, MONTH_END) == 0
    confirm(sheet, BEIJING, "2026-10-23 11:00")
    assert notices.publish(sheet, MONTH_END) == 2
    assert noticed() == {
        (HOME, NoticeKind.PAYMENT): Decimal("50.00"),
        (BEIJING, NoticeKind.RECEIPT): Decimal("50.00"),
    }
    assert status_of(sheet) == SheetStatus.GENERATED


def test_published_twice_nothing_is_added(sheet: Sheet) -> None:
    confirm_all(sheet, "2026-10-23 10:00")
    notices.publish(sheet, MONTH_END)
    assert notices.publish(sheet, MONTH_END) == 0
    assert (Notice.objects.count(), NoticeLine.objects.count()) == (3, 4)


def test_a_late_confirmation_is_noticed_at_the_next_month_end(sheet: Sheet) -> None:
    confirm(sheet, HOME, "2026-10-23 10:00")
    confirm(sheet, BEIJING, "2026-10-24 10:00")
    run_until("2026-10-31 08:00")
    confirm(sheet, HENAN, "2026-10-31 09:00")
    run_until("2026-11-29 08:00")
    assert Notice.objects.count() == 2
    run_until("2026-11-30 08:00")
    late = Notice.objects.filter(published_at=at("2026-11-30 00:20"))
    assert {(notice.province_id, notice.kind, notice.amount) for notice in late} == {
        (HOME, NoticeKind.PAYMENT, Decimal("900.00")),
        (HENAN, NoticeKind.RECEIPT, Decimal("900.00")),
    }
    assert status_of(sheet) == SheetStatus.NOTICED


@pytest.mark.parametrize(("moment", "in_time"), [("2026-10-31 00:20", True), ("2026-10-31 00:21", False)])
def test_a_late_run_knows_what_was_confirmed_at_its_moment(sheet: Sheet, moment: str, in_time: bool) -> None:
    confirm(sheet, HOME, "2026-10-23 10:00")
    confirm(sheet, BEIJING, moment)
    assert notices.publish(sheet, MONTH_END) == (2 if in_time else 0)


def test_what_is_returned_is_the_hosts_to_pay(sheet: Sheet, hospitals: list[Institution]) -> None:
    back = hospitals[0].settlements.get()
    reverse(back, "2026-10-22 09:00")
    run_until("2026-11-12 09:00")
    agree(statement_of(hospitals[0], "2026-10"), "2026-11-12 09:00")
    run_until("2026-11-21 08:00")
    october = Sheet.objects.get(period="2026-10")
    confirm_all(october, "2026-11-23 09:00")
    notices.publish(october, at("2026-11-30 00:20"))
    assert noticed() == {
        (BEIJING, NoticeKind.PAYMENT): Decimal("50.00"),
        (HOME, NoticeKind.RECEIPT): Decimal("50.00"),
    }


def test_an_empty_sheet_is_noticed_without_a_notice(db: None) -> None:
    run_until("2026-10-01 08:00")
    publish()
    visit(
        traveller(), open_hospital("H11010100009", "119900", "110000"), "outpatient", "2026-09-10 09:00",
        in_scope="100.00",
    )  # fmt: skip
    run_until("2026-10-31 08:00")
    assert status_of(Sheet.objects.get(period="2026-09")) == SheetStatus.NOTICED
    assert Notice.objects.count() == 0


def test_payments_and_receipts_of_a_month_are_equal(sheet: Sheet) -> None:
    confirm_all(sheet, "2026-10-23 10:00")
    notices.publish(sheet, MONTH_END)
    paid = sum(notice.amount for notice in Notice.objects.filter(kind=NoticeKind.PAYMENT))
    received = sum(notice.amount for notice in Notice.objects.filter(kind=NoticeKind.RECEIPT))
    assert paid == received == sheet.amount


def test_a_row_stands_on_one_notice_of_a_kind_says_the_database(sheet: Sheet) -> None:
    confirm_all(sheet, "2026-10-23 10:00")
    notices.publish(sheet, MONTH_END)
    line = NoticeLine.objects.select_related("notice").first()
    assert line is not None
    with pytest.raises(IntegrityError, match="notice_line_once"), transaction.atomic():
        NoticeLine.objects.create(
            notice=line.notice, kind=line.kind, row_id=line.row_id, counterpart_id=line.counterpart_id, amount=1
        )
