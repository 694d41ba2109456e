"""Day 21: the agreed lines become the sheet, once, to the fen, or nothing is written."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from clearing.closing import blockers_of, close, digest_of, lines_of, row_facts
from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import ProvinceSheet, Sheet, SheetRow
from common.dates import Month
from common.transitions import Refused, history
from registry.models import Institution
from settlement import statement_lines, statements
from settlement.models import Settlement, StatementLine
from tests.conftest import at
from tests.stories import (
    BEIJING,
    agree_everything,
    file,
    hospital_in_beijing,
    open_hospital,
    owed,
    publish,
    refused_without_trace,
    reverse,
    run_until,
    small_hospitals,
    somebody,
    statement_of,
    traveller,
    visit,
)

pytestmark = pytest.mark.django_db
SEPTEMBER = Month(2026, 9)
ON_DAY_21 = at("2026-10-21 00:10")


@pytest.fixture
def beijing(db: None) -> Institution:
    return hospital_in_beijing()


@pytest.fixture
def agreed(beijing: Institution) -> Institution:
    """Hefei's people in Beijing and one of Beijing in Hefei: a September agreed by everybody."""
    publish(BEIJING)
    hefei = open_hospital("H34010200001", "340100", "340100")
    resident = somebody("119900")
    file(resident, "posted_worker", "340100", {"work_contract"})
    for scope in ("100.00", "60.00"):
        visit(traveller(balance="20.00"), beijing, "outpatient", "2026-09-10 09:00", in_scope=scope)
    visit(traveller(), beijing, "inpatient", "2026-09-15 09:00", begun_on="2026-09-10", in_scope="10500.00")
    visit(resident, hefei, "inpatient", "2026-09-28 09:00", in_scope="1500.00")
    agree_everything("2026-10-12 09:00")
    return beijing


def totals(sheet: Sheet) -> dict[str, tuple[Decimal, Decimal]]:
    parts = ProvinceSheet.objects.filter(sheet=sheet)
    return {part.province_id: (part.payable, part.receivable) for part in parts if part.payable or part.receivable}


# The sheet


def test_the_sheet_says_what_each_owes_each_other_gross(agreed: Institution) -> None:
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    sheet = close(SEPTEMBER, ON_DAY_21)
    # Half of 100 and 60 is 80, and 20 each from the account; (10 500 − 500) × 90 %; the other way (1 500 − 500) × 90 %.
    assert owed(sheet) == {
        ("340000", "110000", "outpatient", False): Decimal("120.00"),
        ("340000", "110000", "inpatient", False): Decimal("9000.00"),
        ("110000", "340000", "inpatient", False): Decimal("900.00"),
    }
    assert totals(sheet) == {
        "340000": (Decimal("9120.00"), Decimal("900.00")),
        "110000": (Decimal("900.00"), Decimal("9120.00")),
    }
    assert (sheet.settlements, sheet.amount, sheet.generated_on) == (4, Decimal("10020.00"), date(2026, 10, 21))
    assert (sheet.status, sheet.agency.level) == (SheetStatus.GENERATED, "national")


def test_every_row_is_the_sum_of_its_settlements(agreed: Institution) -> None:
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    for row in close(SEPTEMBER, ON_DAY_21).rows.all():
        settled = Settlement.objects.none()
        for line in lines_of(row):
            settled = settled | statement_lines.settlements_of_line(line)
        sums = settled.aggregate(total=Sum("total"), fund=Sum("fund_total"), account=Sum("account"))
        assert (row.total, row.fund, row.account) == (sums["total"], sums["fund"], sums["account"])
        assert row.amount == row.fund + row.account - row.deducted
        assert row.visits == settled.count()


def test_every_settlement_of_an_agreed_statement_is_in_exactly_one_row(agreed: Institution) -> None:
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    found: list[int] = []
    for row in close(SEPTEMBER, ON_DAY_21).rows.all():
        for line in lines_of(row):
            found += statement_lines.settlements_of_line(line).values_list("pk", flat=True)
    assert sorted(found) == sorted(Settlement.objects.values_list("pk", flat=True))


def test_all_32_have_a_part_and_only_those_with_figures_are_asked(agreed: Institution) -> None:
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    parts = close(SEPTEMBER, ON_DAY_21).provinces.all()
    assert len(parts) == 32
    waiting = {part.province_id: part.due_on for part in parts if part.status == ConfirmationStatus.PENDING}
    assert waiting == {"340000": date(2026, 10, 25), "110000": date(2026, 10, 25)}
    assert all([change.verb for change in history(part)] == ["生成"] for part in parts)
    assert {part.agency.province_id for part in parts} == {part.province_id for part in parts}


def test_deductions_reduce_what_is_owed(agreed: Institution) -> None:
    line = StatementLine.objects.get(service="inpatient", host_province="110000")
    StatementLine.objects.filter(pk=line.pk).update(deducted="50.00", amount=line.amount - 50)
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    row = close(SEPTEMBER, ON_DAY_21).rows.get(service="inpatient", host="110000")
    assert (row.fund, row.deducted, row.amount) == (Decimal("9000.00"), Decimal("50.00"), Decimal("8950.00"))


def test_what_is_returned_stands_beside_what_is_owed(agreed: Institution) -> None:
    run_until("2026-10-21 08:00")
    back = Settlement.objects.filter(service="outpatient").order_by("-fund_total").first()
    assert back is not None
    reverse(back, "2026-10-22 09:00")
    visit(traveller(), agreed, "outpatient", "2026-10-23 09:00", in_scope="10.00")
    agree_everything("2026-11-12 09:00")
    run_until("2026-11-21 08:00")
    sheet = Sheet.objects.get(period="2026-10")
    assert owed(sheet) == {
        ("340000", "110000", "outpatient", False): Decimal("5.00"),
        ("340000", "110000", "outpatient", True): Decimal("70.00"),
    }
    returned = sheet.rows.get(returned=True)
    assert (returned.visits, returned.months, returned.total) == (1, ["2026-09"], Decimal("100.00"))
    assert totals(sheet) == {
        "340000": (Decimal("5.00"), Decimal("70.00")),
        "110000": (Decimal("70.00"), Decimal("5.00")),
    }
    assert (sheet.settlements, sheet.amount) == (2, Decimal("75.00"))


def test_a_settlement_and_its_reversal_in_one_month_leave_nothing_to_pay(beijing: Institution) -> None:
    reverse(visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="10.00"), "2026-09-11 09:00")
    agree_everything("2026-10-12 09:00")
    run_until("2026-10-21 08:00")
    sheet = Sheet.objects.get()
    assert (sheet.settlements, sheet.amount) == (0, Decimal("0.00"))


def test_an_empty_month_has_an_empty_sheet(db: None) -> None:
    sheet = close(SEPTEMBER, ON_DAY_21)
    assert (sheet.settlements, sheet.amount, sheet.rows.count(), sheet.provinces.count()) == (0, 0, 0, 32)
    assert sheet.sha256 == hashlib.sha256(b"").hexdigest()
    assert not sheet.provinces.filter(status=ConfirmationStatus.PENDING).exists()


# The digest (interfaces: canonical JSON, one line a row)


def test_the_digest_is_over_the_rows_as_canonical_json(agreed: Institution) -> None:
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    sheet = close(SEPTEMBER, ON_DAY_21)
    written = [
        {
            "home": row.home_id, "host": row.host_id, "insurance": row.insurance, "service": row.service,
            "returned": row.returned, "months": row.months, "visits": row.visits, "total": f"{row.total:.2f}",
            "fund": f"{row.fund:.2f}", "account": f"{row.account:.2f}", "deducted": f"{row.deducted:.2f}",
            "amount": f"{row.amount:.2f}",
        }
        for row in sheet.rows.all()
    ]  # fmt: skip
    written.sort(key=lambda row: tuple(row[key] for key in ("home", "host", "insurance", "service", "returned")))
    text = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for row in written)
    assert sheet.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_the_digest_does_not_depend_on_the_order_in_which_rows_are_read(agreed: Institution) -> None:
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    rows = list(close(SEPTEMBER, ON_DAY_21).rows.all())
    assert digest_of(rows) == digest_of(rows[::-1])
    assert len({json.dumps(row_facts(row)) for row in rows}) == len(rows)


# Refused


def test_a_month_is_closed_once(agreed: Institution) -> None:
    run_until("2026-10-21 08:00")
    refusal = refused_without_trace(lambda: close(SEPTEMBER, at("2026-10-21 09:00")), Refused)
    assert Sheet.objects.get().number in str(refusal)
    assert "一个月只清算一次" in str(refusal)


def test_what_stands_in_the_way_is_listed_and_nothing_is_written(beijing: Institution) -> None:
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="10.00")
    statements.draw(SEPTEMBER, at("2026-10-01 00:10"))
    refusal = refused_without_trace(lambda: close(SEPTEMBER, ON_DAY_21), Refused)
    assert "1 份对账单既未确认也未转期" in str(refusal)
    assert refusal.field == "period"
    assert refusal.remedy
    statements.roll(SEPTEMBER, at("2026-10-21 00:00"))
    assert blockers_of(SEPTEMBER) == []
    assert close(SEPTEMBER, ON_DAY_21).amount == 0


def test_several_things_in_the_way_are_named_together(beijing: Institution) -> None:
    close(SEPTEMBER, ON_DAY_21)
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="10.00")
    statements.draw(SEPTEMBER, at("2026-10-01 00:10"))
    assert len(blockers_of(SEPTEMBER)) == 2


# What the database itself refuses


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"amount": "1.00"}, "sheet_row_adds_up"),
        ({"fund": "-1.00", "amount": "-1.00"}, "sheet_row_not_negative"),
        ({"host_id": "340000"}, "sheet_row_cross_province"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_the_database(db: None, changes: dict[str, Any], constraint: str) -> None:
    sheet = close(SEPTEMBER, ON_DAY_21)
    fields = {
        "home_id": "340000", "host_id": "110000", "insurance": "employee", "service": "inpatient", "months": [],
        "visits": 1, "total": "0", "fund": "0", "account": "0", "deducted": "0", "amount": "0",
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SheetRow.objects.create(sheet=sheet, **fields | changes)


def test_closing_asks_the_database_the_same_few_questions_however_many_institutions(
    beijing: Institution, django_assert_max_num_queries: Callable[..., object]
) -> None:
    hospitals = small_hospitals(20, "2026-09-10 09:00")
    agree_everything("2026-10-12 09:00")
    with django_assert_max_num_queries(45):
        assert close(SEPTEMBER, ON_DAY_21).settlements == 20
    assert statement_of(hospitals[-1], "2026-09").status == "cleared"
