"""A settlement is made once, never changed, and taken back by another that leaves nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.transitions import Refused
from registry.models import Enrolment, Institution
from settlement.models import ChargeLine, Settlement, SettlementSteps, YearAmounts
from settlement.workflow import AMOUNTS
from tests.stories import open_hospital, publish, refused_without_trace, reverse, traveller, visit, yuan

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")


@pytest.fixture
def beijing(db: None) -> Institution:
    publish()
    return open_hospital("H11010100009", "119900", "110000")


def kept(enrolment: Enrolment) -> dict[int, list[list[str]]]:
    """What the person has used, by year; a year without anything counts for nothing."""
    rows = YearAmounts.objects.filter(person=enrolment.person)
    return {row.year: row.amounts for row in rows if row.amounts}


def paid_of(enrolment: Enrolment, year: int) -> Decimal:
    """What the pool has paid against the yearly cap of outpatients."""
    entries = [entry for entry in kept(enrolment).get(year, []) if entry[1] == "cap.year"]
    return sum((Decimal(entry[3]) for entry in entries), Decimal(0))


# Yearly totals


def test_the_yearly_cap_is_met_to_the_fen(beijing: Institution) -> None:
    enrolment = traveller()
    pays = [
        visit(enrolment, beijing, "outpatient", f"2026-09-0{day} 09:00", in_scope=scope).fund_total
        for day, scope in ((1, "999.99"), (2, "700.01"), (3, "500.00"), (4, "500.00"))
    ]
    # Half of each, rounded to the fen, until 1 000.00 are paid: 500.00 + 350.01 leave 149.99.
    assert pays == [*yuan("500.00", "350.01", "149.99", "0.00")]
    assert paid_of(enrolment, 2026) == Decimal("1000.00")


def test_a_new_year_begins_with_nothing_used(beijing: Institution) -> None:
    enrolment = traveller()
    visit(enrolment, beijing, "outpatient", "2026-12-31 23:59", in_scope="4000.00")
    assert visit(enrolment, beijing, "outpatient", "2026-12-31 23:59", in_scope="10.00").fund_total == 0
    assert visit(enrolment, beijing, "outpatient", "2027-01-01 00:00", in_scope="10.00").fund_total == Decimal("5.00")


def test_a_reversal_restores_totals_and_account(beijing: Institution) -> None:
    enrolment = traveller(balance="80.00")
    visit(enrolment, beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    enrolment.refresh_from_db()
    before, balance = kept(enrolment), enrolment.account_balance
    settled = visit(enrolment, beijing, "outpatient", "2026-09-02 09:00", in_scope="150.00", out_of_scope="1.00")
    enrolment.refresh_from_db()
    assert (settled.account, enrolment.account_balance) == yuan("50.00", "0.00")
    taken_back = reverse(settled, "2026-09-03 09:00")
    enrolment.refresh_from_db()
    assert (kept(enrolment), enrolment.account_balance) == (before, balance)
    assert all(getattr(taken_back, name) == -getattr(settled, name) for name in AMOUNTS)
    line = ChargeLine.objects.get(month=taken_back.period, settlement_id=taken_back.pk)
    assert (line.amount, line.in_scope, line.out_of_scope) == yuan("-151.00", "-150.00", "-1.00")
    assert settled.number in SettlementSteps.objects.get(settlement_id=taken_back.pk).steps[0][2]


def test_a_stay_over_new_year_taken_back_leaves_both_years_as_they_were(beijing: Institution) -> None:
    enrolment = traveller()
    visit(enrolment, beijing, "outpatient", "2026-12-01 09:00", in_scope="60.00")
    before = kept(enrolment)
    stay = visit(enrolment, beijing, "inpatient", "2027-01-05 10:00", begun_on="2026-12-28", in_scope="9500.00")
    assert stay.fund_total == Decimal("8100.00")
    assert kept(enrolment) != before
    reverse(stay, "2027-01-06 10:00")
    assert kept(enrolment) == before


def test_what_a_reversal_frees_may_be_used_again(beijing: Institution) -> None:
    enrolment = traveller()
    first = visit(enrolment, beijing, "outpatient", "2026-09-01 09:00", in_scope="2000.00")
    second = visit(enrolment, beijing, "outpatient", "2026-09-02 09:00", in_scope="100.00")
    assert (first.fund_total, second.fund_total) == yuan("1000.00", "0.00")
    reverse(first, "2026-09-03 09:00")
    second.refresh_from_db()
    assert second.fund_total == 0  # later visits stand as they were settled
    third = visit(enrolment, beijing, "outpatient", "2026-09-04 09:00", in_scope="3000.00")
    assert third.fund_total == Decimal("1000.00")


bills = st.lists(st.decimals(min_value="0.00", max_value="3000.00", places=2), min_size=1, max_size=4)


@given(bills, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_settled_and_taken_back_in_any_order_leaves_nothing(
    beijing: Institution, scopes: list[Decimal], order: Any
) -> None:
    with transaction.atomic():
        enrolment = traveller(balance="500.00")
        settled = [
            visit(enrolment, beijing, "outpatient", f"2026-09-01 {9 + n:02d}:00", in_scope=str(scope))
            for n, scope in enumerate(scopes)
        ]
        for one in settled:
            assert one.fund_total + one.personal == one.total
            assert one.account + one.cash == one.personal
        assert paid_of(enrolment, 2026) == sum(one.fund_total for one in settled) <= 1000
        for n, one in enumerate(order.sample(settled, len(settled))):
            reverse(one, f"2026-09-02 {9 + n:02d}:00")
        enrolment.refresh_from_db()
        assert (kept(enrolment), enrolment.account_balance) == ({}, Decimal("500.00"))
        transaction.set_rollback(True)


# Reversals that are refused


def test_a_settlement_is_taken_back_once(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    first = reverse(settled, "2026-09-02 09:00")
    refusal = refused_without_trace(lambda: reverse(settled, "2026-09-03 09:00"), Refused)
    assert first.number in str(refusal)


def test_a_reversal_is_not_taken_back(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    taken_back = reverse(settled, "2026-09-02 09:00")
    refusal = refused_without_trace(lambda: reverse(taken_back, "2026-09-03 09:00"), Refused)
    assert "本身是冲销" in str(refusal)


def test_nothing_is_taken_back_before_it_happened(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    refusal = refused_without_trace(lambda: reverse(settled, "2026-09-01 08:59"), Refused)
    assert refusal.field == "reversed_at"
    assert reverse(settled, "2026-09-01 09:00").number


# What the database itself refuses


def copy_of(settlement: Settlement, **changes: Any) -> Settlement:
    """A further row like this one but for the changes."""
    fields = {field.attname: getattr(settlement, field.attname) for field in Settlement._meta.concrete_fields}
    return Settlement(**fields | {"id": None, "number": "JS-COPY", "message_id": None} | changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"total": "+", "personal": "+", "cash": "+"}, "settlement_charges_add_up"),
        ({"fund_total": "+", "total": "+", "in_scope": "+"}, "settlement_funds_add_up"),
        ({"pool_amount": "+", "fund_total": "+"}, "settlement_parts_add_up"),
        ({"cash": "+"}, "settlement_personal_adds_up"),
        ({"account": "-"}, "settlement_personal_adds_up"),
    ],
)
def test_parts_that_do_not_add_up_are_refused_by_the_database(
    beijing: Institution, changes: dict[str, str], constraint: str
) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    by = {"+": CENT, "-": -CENT}
    wrong = copy_of(settled, **{name: getattr(settled, name) + by[sign] for name, sign in changes.items()})
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        wrong.save(force_insert=True)


def test_a_negative_settlement_that_reverses_nothing_is_refused_by_the_database(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    negative = copy_of(settled, **{name: -getattr(settled, name) for name in AMOUNTS})
    with pytest.raises(IntegrityError, match="settlement_signs"), transaction.atomic():
        negative.save(force_insert=True)


def test_two_reversals_of_one_settlement_are_refused_by_the_database(beijing: Institution) -> None:
    taken_back = reverse(
        visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00"), "2026-09-02 09:00"
    )
    with pytest.raises(IntegrityError, match="reversal_of"), transaction.atomic():
        copy_of(taken_back).save(force_insert=True)


@pytest.mark.parametrize(
    "table",
    [
        "settlement_settlement", "settlement_chargeline", "settlement_settlementsteps", "settlement_incomingmessage",
        "settlement_messagebody", "common_statuschange", "clearing_sheetrow", "clearing_notice", "clearing_noticeline",
    ],
)  # fmt: skip
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_working_role_rewrites_neither_money_nor_history(table: str, statement: str, beijing: Institution) -> None:
    visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table])
        column = cursor.fetchone()[0]
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement.format(table, column, column))


def test_nor_does_it_through_a_partition(beijing: Institution) -> None:
    visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::regclass::text FROM pg_partition_tree('settlement_chargeline') WHERE isleaf ORDER BY 1"
        )
        for (part,) in cursor.fetchall():
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(f"DELETE FROM {part}")  # noqa: S608


def test_the_number_carries_the_day(beijing: Institution) -> None:
    settled = visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="60.00")
    assert settled.settled_on == date(2026, 9, 1)
    assert settled.number.startswith("JS20260901")
