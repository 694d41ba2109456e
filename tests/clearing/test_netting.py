"""What is taken back nets with its settlement where both are cleared in one sheet, and is paid back where an earlier one
has cleared it (article 51)."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from clearing import closing, exporting
from clearing.closing import lines_of
from clearing.models import Notice, Sheet, SheetRow, paid_by, paid_to
from common.dates import Month
from common.transitions import Refused
from config.books import examine
from registry.models import Institution, Staff
from settlement import statement_lines, statements
from settlement.models import Settlement, Statement, StatementLine
from tests.conftest import at
from tests.pages import page_url, signed_in
from tests.stories import (
    agree,
    agree_anew,
    confirm_all,
    hospital_in_beijing,
    owed,
    reverse,
    run_until,
    statement_of,
    traveller,
    visit,
    yuan,
)

pytestmark = pytest.mark.django_db
FIGURES = ("visits", "total", "fund", "account", "amount")
OUTPATIENT = ("340000", "110000", "outpatient")


@pytest.fixture
def beijing(db: None) -> Institution:
    return hospital_in_beijing()


def august(beijing: Institution) -> Settlement:
    """Two visits of August, and one of September: half from the pool; the one that will be taken back, 20.00 from the
    account besides."""
    gone = visit(traveller(balance="20.00"), beijing, "outpatient", "2026-08-25 09:00", in_scope="100.00")  # 50 + 20
    visit(traveller(), beijing, "outpatient", "2026-08-26 09:00", in_scope="60.00")  # 30
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="40.00")  # 20
    return gone


@pytest.fixture
def netted(beijing: Institution) -> Sheet:
    """August is agreed late, on 10 October; a visit of it is taken back on the 15th, before September is agreed."""
    gone = august(beijing)
    run_until("2026-10-10 08:00")
    agree(statement_of(beijing, "2026-08"), "2026-10-10 09:00")
    assert reverse(gone, "2026-10-15 09:00").period == "2026-09"
    agree_anew(statement_of(beijing, "2026-09"), "2026-10-18 09:00")
    run_until("2026-10-21 08:00")
    return Sheet.objects.get(period="2026-09")


@pytest.fixture
def paid_back(beijing: Institution) -> Sheet:
    """August is agreed and cleared in September; the same visit is taken back on 28 September."""
    gone = august(beijing)
    run_until("2026-09-10 08:00")
    agree(statement_of(beijing, "2026-08"), "2026-09-10 09:00")
    run_until("2026-09-21 08:00")
    assert reverse(gone, "2026-09-28 09:00").period == "2026-09"
    run_until("2026-10-18 08:00")
    agree(statement_of(beijing, "2026-09"), "2026-10-18 09:00")
    run_until("2026-10-21 08:00")
    return Sheet.objects.get(period="2026-09")


def figures(sheet: Sheet) -> dict[bool, tuple[Any, ...]]:
    """Visits, total, fund, account and amount of the outpatient row and of the one beside it with the star."""
    return {row.returned: tuple(getattr(row, name) for name in FIGURES) for row in sheet.rows.all()}


def broken() -> set[str]:
    return {finding.name for finding in examine() if not finding.holds}


# In one sheet


def test_a_visit_agreed_late_and_taken_back_before_its_sheet_nets(netted: Sheet) -> None:
    # August's 100.00 and 60.00, September's 40.00, less 100.00: two visits, the funds 30.00 and 20.00, no account.
    assert figures(netted) == {False: (2, *yuan("100.00", "50.00", "0.00", "50.00"))}
    assert netted.rows.get().months == ["2026-08", "2026-09"]
    assert (netted.settlements, netted.amount) == (2, Decimal("50.00"))
    assert not Sheet.objects.get(period="2026-08").rows.exists()


def test_a_visit_cleared_before_it_was_taken_back_is_paid_back(paid_back: Sheet) -> None:
    # August: 100.00 and 60.00, the funds 50.00 and 30.00, from the account 20.00.
    assert figures(Sheet.objects.get(period="2026-08")) == {False: (2, *yuan("160.00", "80.00", "20.00", "100.00"))}
    # September: its own 40.00, half of it from the fund; 50.00 and 20.00 of August go back.
    assert figures(paid_back) == {
        False: (1, *yuan("40.00", "20.00", "0.00", "20.00")),
        True: (1, *yuan("100.00", "50.00", "20.00", "70.00")),
    }
    assert paid_back.rows.get(returned=True).months == ["2026-08"]


@pytest.mark.parametrize("story", ["netted", "paid_back"])
def test_the_books_are_sound(story: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(story)
    run_until("2026-10-31 01:00")
    assert broken() == set()


@pytest.mark.parametrize("story", ["netted", "paid_back"])
def test_every_row_opens_to_its_lines_and_every_line_to_its_settlements(
    story: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(story)
    found: list[int] = []
    for row in SheetRow.objects.all():
        settled = [one for line in lines_of(row) for one in statement_lines.settlements_of_line(line)]
        sign = -1 if row.returned else 1
        assert row.total == sign * sum(one.total for one in settled)
        assert row.amount == sign * sum(one.fund_total + one.account for one in settled)
        assert row.visits == sign * sum(-1 if one.reversal_of_id else 1 for one in settled)
        found += [one.pk for one in settled]
    assert sorted(found) == sorted(Settlement.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("story", ["netted", "paid_back"])
def test_the_pages_lead_the_same_way(
    story: str, request: pytest.FixtureRequest, national_operator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue(story)
    monkeypatch.setattr("clearing.admin.row.SHOWN_AT_MOST", 0)  # so that the page leads to the list of all lines
    client = signed_in(national_operator)
    for row in SheetRow.objects.all():
        [table] = [each for each in client.get(page_url(row)).context["panels"] if "对账明细" in each.title]
        lines = list(client.get(table.more.url).context["cl"].result_list)
        assert set(lines) == set(lines_of(row))
        for line in lines:
            [opened] = [each for each in client.get(page_url(line)).context["panels"] if each.title == "结算"]
            settled = client.get(opened.body()[0].cells[0].url).context["cl"].result_list
            assert set(settled) == set(statement_lines.settlements_of_line(line))


def test_the_star_turns_who_pays_whom(paid_back: Sheet) -> None:
    ends = {row.returned: (row.payer_id, row.payee_id) for row in paid_back.rows.all()}
    assert ends == {False: ("340000", "110000"), True: ("110000", "340000")}
    for province in ("340000", "110000"):
        pays, is_paid = (paid_back.rows.filter(side(province)).get() for side in (paid_by, paid_to))
        assert (pays.payer_id, is_paid.payee_id) == (province, province)


def test_of_a_hospitals_lines_the_close_marks_what_is_paid_back(netted: Sheet) -> None:
    [line] = StatementLine.objects.filter(returned=True)
    assert (line.origin_period, line.paid_back, line.amount) == ("2026-08", False, Decimal("-70.00"))


def test_of_a_cleared_month_too(paid_back: Sheet) -> None:
    [line] = StatementLine.objects.filter(returned=True)
    assert (line.origin_period, line.paid_back, line.amount) == ("2026-08", True, Decimal("-70.00"))


@pytest.mark.parametrize(("story", "wrong"), [("netted", True), ("paid_back", False)])
def test_a_wrong_mark_is_found(story: str, wrong: bool, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(story)
    StatementLine.objects.filter(returned=True).update(paid_back=wrong)
    assert broken() == {"返还与抵消", "清算明细"}


def test_what_is_wholly_taken_back_leaves_no_row(beijing: Institution) -> None:
    gone = visit(traveller(balance="20.00"), beijing, "outpatient", "2026-08-25 09:00", in_scope="100.00")
    run_until("2026-10-10 08:00")
    agree(statement_of(beijing, "2026-08"), "2026-09-25 09:00")
    reverse(gone, "2026-09-28 09:00")
    statements.draw(Month(2026, 9), at("2026-10-10 08:00"))
    agree(statement_of(beijing, "2026-09"), "2026-10-18 09:00")
    run_until("2026-10-21 08:00")
    sheet = Sheet.objects.get(period="2026-09")
    assert (owed(sheet), sheet.settlements, sheet.amount) == ({}, 0, Decimal("0.00"))
    assert Statement.objects.filter(status="cleared").count() == 2
    assert broken() == set()


def test_a_month_that_a_sheet_went_past_nets_in_the_next(beijing: Institution) -> None:
    """Agreed for a sheet that was never generated, both are taken along by the one that comes after it."""
    gone = visit(traveller(balance="20.00"), beijing, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    visit(traveller(), beijing, "outpatient", "2026-09-11 09:00", in_scope="60.00")
    statements.draw(Month(2026, 9), at("2026-10-01 00:10"))
    agree(statement_of(beijing, "2026-09"), "2026-10-12 09:00")
    assert reverse(gone, "2026-10-13 09:00").period == "2026-10"
    statements.draw(Month(2026, 10), at("2026-11-01 00:10"))
    agree(statement_of(beijing, "2026-10"), "2026-11-12 09:00")
    sheet = closing.close(Month(2026, 10), at("2026-11-21 00:10"))
    # 60.00 and 100.00 less 100.00: half of 60.00 from the fund.
    assert figures(sheet) == {False: (1, *yuan("60.00", "30.00", "0.00", "30.00"))}
    delays = Statement.objects.order_by("period").values_list("period", "declared_period", "delayed_months")
    assert list(delays) == [("2026-09", "2026-10", 1), ("2026-10", "2026-10", 0)]
    assert broken() <= {"列入对账单"}


def test_a_reversal_that_is_itself_late_is_paid_back_when_its_origin_went_ahead(beijing: Institution) -> None:
    """Both in months not cleared; but the reversal's is agreed too late for the sheet that clears its origin."""
    gone = august(beijing)
    run_until("2026-10-10 08:00")
    agree(statement_of(beijing, "2026-08"), "2026-10-10 09:00")
    reverse(gone, "2026-10-15 09:00")
    run_until("2026-11-10 08:00")
    # In October's sheet August stands whole: 50.00 and 30.00 from the funds, 20.00 from the account.
    assert figures(Sheet.objects.get(period="2026-09")) == {False: (2, *yuan("160.00", "80.00", "20.00", "100.00"))}
    agree_anew(statement_of(beijing, "2026-09"), "2026-11-10 09:00")
    run_until("2026-11-21 08:00")
    assert figures(Sheet.objects.get(period="2026-10")) == {
        False: (1, *yuan("40.00", "20.00", "0.00", "20.00")),
        True: (1, *yuan("100.00", "50.00", "20.00", "70.00")),
    }
    assert broken() == set()


# Once and for all


@pytest.mark.parametrize("story", ["netted", "paid_back"])
def test_closed_again_nothing_changes(story: str, request: pytest.FixtureRequest) -> None:
    sheet = request.getfixturevalue(story)
    before = [list(model.objects.order_by("pk").values()) for model in (Sheet, SheetRow, Statement, StatementLine)]
    assert run_until("2026-10-21 08:00") == []
    with pytest.raises(Refused, match="一个月只清算一次"):
        closing.close(Month(2026, 9), at("2026-10-21 09:00"))
    assert sheet.sha256 == Sheet.objects.get(period="2026-09").sha256
    after = [list(model.objects.order_by("pk").values()) for model in (Sheet, SheetRow, Statement, StatementLine)]
    assert after == before


# On paper


def exported(directory: Path, *, draft: bool = False) -> dict[str, Any]:
    call_command("export_clearing", "2026-09", format="json", out=str(directory), draft=draft)
    return json.loads((directory / "clearing-2026-09.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def row(returned: bool, months: list[str], visits: int, *yuan: str) -> dict[str, Any]:
    """An outpatient row of 安徽 in Beijing: total, fund, account, amount; nothing is deducted."""
    total, fund, account, amount = yuan
    return {
        "home": "340000", "host": "110000", "insurance": "employee", "service": "outpatient", "returned": returned,
        "months": months, "visits": visits, "total": total, "fund": fund, "account": account, "deducted": "0.00",
        "amount": amount,
    }  # fmt: skip


def provinces(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    held = {part["code"]: (part["payable"], part["receivable"]) for part in document["provinces"]}
    return {code: sums for code, sums in held.items() if sums != ("0.00", "0.00")}


def test_netted_the_exported_sheet_has_one_row(netted: Sheet, tmp_path: Path) -> None:
    document = exported(tmp_path)
    assert document["rows"] == [row(False, ["2026-08", "2026-09"], 2, "100.00", "50.00", "0.00", "50.00")]
    assert provinces(document) == {"340000": ("50.00", "0.00"), "110000": ("0.00", "50.00")}
    assert (document["control"]["settlements"], document["control"]["amount"]) == (2, "50.00")


def test_paid_back_the_exported_sheet_has_two(paid_back: Sheet, tmp_path: Path) -> None:
    document = exported(tmp_path)
    assert document["rows"] == [
        row(False, ["2026-09"], 1, "40.00", "20.00", "0.00", "20.00"),
        row(True, ["2026-08"], 1, "100.00", "50.00", "20.00", "70.00"),
    ]
    assert provinces(document) == {"340000": ("20.00", "70.00"), "110000": ("70.00", "20.00")}
    assert (document["control"]["settlements"], document["control"]["amount"]) == (2, "90.00")


@pytest.mark.parametrize("late", [True, False], ids=["netted", "paid back"])
def test_the_draft_says_what_the_close_will(beijing: Institution, tmp_path: Path, late: bool) -> None:
    gone = august(beijing)
    run_until("2026-09-10 08:00")
    if not late:
        agree(statement_of(beijing, "2026-08"), "2026-09-10 09:00")
    run_until("2026-09-28 08:00")
    if late:
        agree(statement_of(beijing, "2026-08"), "2026-09-28 09:00")
    reverse(gone, "2026-09-28 10:00")
    run_until("2026-10-18 08:00")
    agree(statement_of(beijing, "2026-09"), "2026-10-18 09:00")
    draft = exported(tmp_path, draft=True)
    details = funds("2026-09", draft=True)
    run_until("2026-10-21 08:00")
    assert exported(tmp_path)["rows"] == draft["rows"]
    assert [each["returned"] for each in draft["rows"]] == ([False] if late else [False, True])
    assert funds("2026-09") == details


def funds(period: str, *, draft: bool = False) -> list[tuple[Any, ...]]:
    """The areas' details behind annexes 14-2 and 14-3: payer, counterpart, star, visits, total, fund, account."""
    held = exporting.figures.figures_of(Month.parse(period), draft=draft)
    return [
        (one.payer, one.counterpart, one.returned, one.visits, one.total, one.fund, one.account)
        for _, details in exporting.details.funds_by_payer(held)
        for one in details
    ]


def test_the_details_by_area_foot_to_what_nets(netted: Sheet) -> None:
    assert funds("2026-09") == [("340000", "110000", False, 2, *yuan("100.00", "50.00", "0.00"))]


def test_the_details_by_area_foot_to_what_is_paid_back(paid_back: Sheet) -> None:
    assert funds("2026-09") == [
        ("110000", "340000", True, 1, *yuan("100.00", "50.00", "20.00")),
        ("340000", "110000", False, 1, *yuan("40.00", "20.00", "0.00")),
    ]


def noticed(sheet: Sheet) -> set[tuple[str, str, Decimal]]:
    confirm_all(sheet, "2026-10-23 10:00")
    run_until("2026-10-31 01:00")
    return set(Notice.objects.filter(sheet=sheet).values_list("province", "kind", "amount"))


def test_notices_carry_what_is_left(netted: Sheet) -> None:
    assert noticed(netted) == {("340000", "payment", Decimal("50.00")), ("110000", "receipt", Decimal("50.00"))}


def test_notices_carry_both_ways_what_is_paid_back(paid_back: Sheet) -> None:
    assert noticed(paid_back) == {
        ("340000", "payment", Decimal("20.00")),
        ("110000", "receipt", Decimal("20.00")),
        ("110000", "payment", Decimal("70.00")),
        ("340000", "receipt", Decimal("70.00")),
    }


# What the database refuses


def test_a_deduction_of_more_than_is_left_stops_the_close(beijing: Institution) -> None:
    """30.00 deducted of 70.00 that is then taken back: no row may hide it, and no money is lost on the way."""
    gone = visit(traveller(balance="20.00"), beijing, "outpatient", "2026-08-25 09:00", in_scope="100.00")
    run_until("2026-09-25 08:00")
    agree(statement_of(beijing, "2026-08"), "2026-09-25 09:00")
    reverse(gone, "2026-09-28 09:00")
    run_until("2026-10-18 08:00")
    agree(statement_of(beijing, "2026-09"), "2026-10-18 09:00")
    StatementLine.objects.filter(returned=False).update(deducted="30.00", amount="40.00")
    with pytest.raises(IntegrityError, match="sheet_row_not_negative"), transaction.atomic():
        statements.roll(Month(2026, 9), at("2026-10-21 00:00"))
        closing.close(Month(2026, 9), at("2026-10-21 00:10"))
    assert not Sheet.objects.filter(period="2026-09").exists()
    assert Statement.objects.filter(status="agreed").count() == 2


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"paid_back": True}, "statement_line_paid_back_is_returned"),
        ({"deducted": "50.01", "amount": "-0.01"}, "statement_line_signs"),
        ({"deducted": "-0.01", "amount": "50.01"}, "statement_line_signs"),
        ({"total": "-100.00"}, "statement_line_signs"),
    ],
)
def test_a_line_that_cannot_be_is_refused(beijing: Institution, changes: dict[str, Any], constraint: str) -> None:
    visit(traveller(), beijing, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    run_until("2026-10-01 08:00")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StatementLine.objects.update(**changes)
