"""Whatever is settled, taken back and agreed late within three months, the sheets are what a plain reckoning gives."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from django.db.models import Sum

from clearing.models import SheetRow
from common.scheduling import run_due
from common.transitions import Refused
from config.books import examine
from config.schedule import MONTH_JOBS, SCHEDULE, first_day
from registry.models import Institution
from settlement.models import Settlement, Statement, StatementLine
from tests.conftest import at
from tests.stories import agree, hospital_in_beijing, open_hospital, reverse, traveller, visit

pytestmark = pytest.mark.django_db

MONTHS, DAYS = ("2026-09", "2026-10", "2026-11"), ("05", "12", "17", "25")
Rows = dict[tuple[str, bool], tuple[int, Decimal]]


def live(lot: Random, hospitals: list[Institution]) -> None:
    """Three months of acts drawn by lot, on four days of each; the schedule does its part in between."""
    people = [traveller(balance="40.00") for _ in range(2)]
    for moment in (f"{month}-{day} 09:00" for month in MONTHS for day in DAYS):
        run_month(moment)
        for hospital in hospitals:
            if lot.random() < 0.7:
                visit(lot.choice(people), hospital, "outpatient", moment, in_scope=f"{lot.randint(1, 9)}0.00")
        for statement in Statement.objects.filter(status="drawn").order_by("pk"):
            if lot.random() < 0.3:
                look_again_and_agree(statement, moment)
        if lot.random() < 0.7:
            reverse_one(lot, moment)
    run_month("2026-12-10 08:00")
    for statement in Statement.objects.filter(status="drawn"):
        look_again_and_agree(statement, "2026-12-10 09:00")
    run_month("2026-12-21 08:00")


def run_month(moment: str) -> None:
    """What the schedule does with statements, sheets and notices up to a moment."""
    assert {run.outcome for run in run_due(SCHEDULE, at(moment), since=first_day(), only=MONTH_JOBS)} <= {"done"}


def reverse_one(lot: Random, moment: str) -> None:
    """Take one visit back, for the most part one that both sides had agreed on."""
    standing = list(Settlement.objects.filter(reversal_of=None, reversed_by=None).order_by("pk"))
    agreed = set(Statement.objects.filter(status="agreed").values_list("institution", "period"))
    preferred = [one for one in standing if (one.institution_id, one.period) in agreed]
    if chosen := preferred or standing:
        reverse(lot.choice(chosen), moment)


def look_again_and_agree(statement: Statement, moment: str) -> None:
    try:
        agree(statement, moment)
    except Refused:
        agree(statement, moment)


def reckoned(sheet_of: dict[tuple[str, str], str]) -> Rows:
    """By sheet and star, visits and yuan, one settlement after the other: a reversal has a star where its settlement
    stands in another sheet than it."""
    rows: Rows = {}
    for one in Settlement.objects.select_related("reversal_of"):
        if not (sheet := sheet_of.get((one.institution_id, one.period))):
            continue
        origin = sheet_of.get((one.institution_id, one.reversal_of.period)) if one.reversal_of else sheet
        assert origin is not None and origin <= sheet, "nothing goes back that was never owed"
        star = origin != sheet
        visits, owing = rows.get((sheet, star), (0, Decimal(0)))
        rows[sheet, star] = visits + (-1 if one.reversal_of else 1), owing + one.fund_total + one.account
    signed = {key: (-visits, -owing) if key[1] else (visits, owing) for key, (visits, owing) in rows.items()}
    return {key: figures for key, figures in signed.items() if any(figures)}


def all_sheets_are_as_reckoned(seed: int) -> Counter[bool]:
    """Live one life and undo it; how many returned lines were paid back (True) and netted (False)."""
    with transaction.atomic():
        live(Random(seed), [hospital_in_beijing(), open_hospital("H11010100008", "119900", "110000")])  # noqa: S311
        cleared = Statement.objects.filter(status="cleared")
        sheet_of = {(one.institution_id, one.period): one.declared_period for one in cleared}
        rows = SheetRow.objects.select_related("sheet")
        assert {(row.sheet.period, row.returned): (row.visits, row.amount) for row in rows} == reckoned(sheet_of)
        owed, back = (rows.filter(returned=star).aggregate(sum=Sum("amount"))["sum"] or 0 for star in (False, True))
        settled = [one for one in Settlement.objects.all() if (one.institution_id, one.period) in sheet_of]
        assert owed - back == sum(one.fund_total + one.account for one in settled)
        assert [finding.name for finding in examine() if not finding.holds] == []
        lines = StatementLine.objects.filter(statement__status="cleared", returned=True)
        ways = Counter(lines.values_list("paid_back", flat=True))
        transaction.set_rollback(True)
    return ways


def test_the_sheets_of_any_three_months_are_what_a_plain_reckoning_gives(db: None) -> None:
    ways = sum((all_sheets_are_as_reckoned(seed) for seed in range(6)), Counter[bool]())
    assert min(ways[True], ways[False]) > 2, "both ways are tried"


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 250))
def test_of_very_many_months_too(db: None, seed: int) -> None:
    all_sheets_are_as_reckoned(seed)
