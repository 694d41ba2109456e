"""Two connections at once: no cap is exceeded, no message counted twice, no settlement lost between two months."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from common.transitions import Refused
from registry.models import Enrolment, Institution
from settlement import intake, statement_lines, statements
from settlement.enums import StatementStatus
from settlement.models import IncomingMessage, Settlement, Statement
from tests.concurrency import at_once, in_background, wait_until_one_waits
from tests.conftest import at
from tests.stories import (
    agree,
    bill,
    late_visit,
    open_hospital,
    publish,
    reverse,
    run_until,
    statement_of,
    traveller,
    visit,
)


@pytest.fixture
def beijing(committed_db: None) -> Iterator[Institution]:
    publish()
    yield open_hospital("H11010100009", "119900", "110000")


def settle_at_once(enrolment: Enrolment, beijing: Institution, *scopes: str) -> list[Settlement]:
    return at_once(
        *(
            lambda scope=scope: visit(enrolment, beijing, "outpatient", "2026-09-01 09:00", in_scope=scope)
            for scope in scopes
        )
    )


def test_bills_settled_at_once_never_exceed_the_yearly_cap(beijing: Institution) -> None:
    enrolment = traveller()
    settled = settle_at_once(enrolment, beijing, "1500.00", "1500.00", "1500.00")
    assert sorted(one.fund_total for one in settled) == [Decimal(0), Decimal(250), Decimal(750)]


def test_the_account_is_spent_once(beijing: Institution) -> None:
    enrolment = traveller(balance="100.00")
    settled = settle_at_once(enrolment, beijing, "150.00", "150.00")
    assert sorted(one.account for one in settled) == [Decimal(25), Decimal(75)]
    enrolment.refresh_from_db()
    assert enrolment.account_balance == 0


def test_the_same_message_on_two_lines_is_settled_once(beijing: Institution) -> None:
    payload = bill(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="100.00")
    first, second = at_once(*[lambda: intake.settle(beijing.code, "M1", payload, at=at("2026-09-01 09:00"))] * 2)
    assert first == second
    assert Settlement.objects.count() == IncomingMessage.objects.count() == 1


def test_a_settlement_is_taken_back_once_however_many_ask(beijing: Institution) -> None:
    enrolment = traveller(balance="100.00")
    settled = visit(enrolment, beijing, "outpatient", "2026-09-01 09:00", in_scope="100.00")
    ended = at_once(*[lambda: reverse(settled, "2026-09-02 09:00")] * 3)
    assert sorted(type(result).__name__ for result in ended) == ["Refused", "Refused", "Settlement"]
    enrolment.refresh_from_db()
    assert enrolment.account_balance == Decimal("100.00")


# A bill and an agreement race: the bill is in the agreed lines, or in the next month; never in neither.


@pytest.fixture
def drawn(beijing: Institution) -> Statement:
    """The month of September, drawn up and agreed by the institution."""
    visit(traveller(), beijing, "outpatient", "2026-09-01 09:00", in_scope="100.00")
    run_until("2026-10-01 08:00")
    statement = statement_of(beijing, "2026-09")
    return statements.agree_as_institution(statement, by=None, at=at("2026-10-10 09:00"))


def office_agrees(statement: Statement) -> Statement:
    return statements.agree(Statement.objects.get(pk=statement.pk), by=None, at=at("2026-10-10 10:00"))


def assert_nothing_is_lost(beijing: Institution) -> None:
    """Every settlement stands in the lines of its period's agreed statement, or its period is not agreed yet."""
    for statement in Statement.objects.filter(institution=beijing, status=StatementStatus.AGREED):
        lines = statement.lines.aggregate(fund=Sum("fund"), account=Sum("account"))
        settled = statement_lines.settlements_of(statement).aggregate(fund=Sum("fund_total"), account=Sum("account"))
        assert lines == settled


def test_an_agreement_waits_for_a_bill_being_settled_and_then_asks_again(
    beijing: Institution, drawn: Statement
) -> None:
    enrolment = traveller()
    with transaction.atomic():
        late = late_visit("2026-10-10 10:00", enrolment, beijing, "2026-09-30 09:00", in_scope="50.00")
        agreed = in_background(lambda: office_agrees(drawn))
        wait_until_one_waits()
    assert isinstance(agreed.exception(timeout=20), Refused)
    drawn.refresh_from_db()
    assert (late.period, drawn.status) == ("2026-09", StatementStatus.DRAWN)
    assert drawn.lines.get().fund == Decimal("75.00")
    assert_nothing_is_lost(beijing)


def test_a_bill_waits_for_an_agreement_being_given_and_then_goes_to_the_next_month(
    beijing: Institution, drawn: Statement
) -> None:
    enrolment = traveller()
    with transaction.atomic():
        office_agrees(drawn)
        late = in_background(
            lambda: late_visit("2026-10-10 10:00", enrolment, beijing, "2026-09-30 09:00", in_scope="50.00")
        )
        wait_until_one_waits()
    settled = late.result(timeout=20)
    assert (settled.period, settled.settled_month) == ("2026-10", "2026-09")
    assert_nothing_is_lost(beijing)


@pytest.mark.parametrize("attempt", range(3))
def test_bills_and_agreements_at_once_lose_nothing(beijing: Institution, drawn: Statement, attempt: int) -> None:
    people = [traveller() for _ in range(3)]
    at_once(
        lambda: office_agrees(drawn),
        *(
            lambda person=person: late_visit("2026-10-10 10:00", person, beijing, "2026-09-30 09:00", in_scope="50.00")
            for person in people
        ),
    )
    assert_nothing_is_lost(beijing)
    drawn.refresh_from_db()
    if drawn.status != StatementStatus.AGREED:
        agree(drawn, "2026-10-11 09:00") if drawn.status == StatementStatus.DRAWN else office_agrees(drawn)
    assert_nothing_is_lost(beijing)
    in_september = Settlement.objects.filter(period="2026-09").aggregate(fund=Sum("fund_total"))["fund"]
    assert drawn.lines.get().fund == in_september


def test_a_statement_agreed_while_the_month_is_rolled_is_agreed_or_rolled(drawn: Statement) -> None:
    agreed, runs = at_once(lambda: office_agrees(drawn), lambda: run_until("2026-10-21 00:05"))
    drawn.refresh_from_db()
    assert all(run.outcome == "done" for run in runs)
    if isinstance(agreed, Refused):
        assert (drawn.status, drawn.declared_period) == (StatementStatus.DRAWN, "2026-10")
    else:
        assert (drawn.status, drawn.declared_period) == (StatementStatus.AGREED, "2026-09")
