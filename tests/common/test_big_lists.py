"""Lists of millions of rows: no order, filter or search that reads them all."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory

from filings.models import Filing
from registry.models import InsuredPerson, Staff
from settlement.models import Settlement, Statement, StatementLine
from tests.pages import list_url, listed, signed_in
from tests.small_month import SmallMonth, cleared_month
from tests.stories import traveller

pytestmark = pytest.mark.django_db

BIG = (Settlement, Statement, StatementLine, Filing, InsuredPerson)


@pytest.fixture
def month(hospital: Any) -> SmallMonth:
    return cleared_month(hospital)


DEAR = ("seqscan", "sort", "bitmapscan")


def plan(staff: Staff, model: Any, dear: tuple[str, ...] = DEAR, **query: str) -> str:
    """How the database reads the list's first page where reading a whole table, and whatever else is named, is dear."""
    request = RequestFactory().get("/", query)
    request.user = staff
    rows = admin.site._registry[model].get_changelist_instance(request).queryset
    with connection.cursor() as cursor:
        for way in dear:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    return rows.select_related(None)[:50].explain()


@pytest.mark.parametrize("model", BIG)
def test_a_big_list_offers_no_order_and_takes_none_from_the_address(
    model: Any, national_operator: Staff, month: SmallMonth
) -> None:
    client = signed_in(national_operator)
    plain = client.get(list_url(model)).context["cl"]
    assert list(plain.sortable_by) == []
    for column in range(1, len(plain.list_display) + 1):
        asked = client.get(list_url(model, o=str(column))).context["cl"]
        assert set(asked.queryset.query.order_by) == set(plain.queryset.query.order_by)


def test_the_settlements_of_one_institutions_month_may_be_sorted(national_operator: Staff, month: SmallMonth) -> None:
    narrow = {"institution": "H11010100001", "period": "2026-09"}
    request = signed_in(national_operator).get(list_url(Settlement, **narrow, o="-7"))
    assert request.context["cl"].queryset.query.order_by[0] == "-fund_total"


@pytest.mark.parametrize(
    ("model", "query", "index"),
    [
        (Settlement, {}, "settlement_settlement_pkey"),
        (Settlement, {"period": "2026-08"}, "settlement_of_period"),
        (Settlement, {"settled_on_from": "2026-08-01", "settled_on_to": "2026-08-02"}, "settlement_of_day"),
        (Settlement, {"returned__exact": "1"}, "settlement_returned"),
        (Settlement, {"institution": "H11010100001"}, "settlement_of_institution"),
        (Statement, {}, "statement_of_period"),
        (Statement, {"status__exact": "over_limit"}, "statement_by_status"),
        (StatementLine, {"returned__exact": "1"}, "statement_line_returned"),
        (Filing, {"valid_from_from": "2026-08-01", "valid_from_to": "2026-08-02"}, "filing_by_first_day"),
        (Filing, {"status__exact": "submitted"}, "filing_open"),
        (InsuredPerson, {}, "person_by_name"),
    ],
)
def test_a_filter_is_led_by_an_index_in_the_lists_order(
    model: Any, query: dict[str, str], index: str, national_operator: Staff
) -> None:
    assert index in plan(national_operator, model, **query)


def test_a_clerks_persons_are_led_by_their_area_and_name(home_clerk: Staff) -> None:
    for _ in range(40):
        traveller()  # elsewhere: only a list that is longer than the clerk's own asks for her index
    assert "person_by_area_and_name" in plan(home_clerk, InsuredPerson)


@pytest.mark.parametrize("model", [Settlement, Filing, Statement])
def test_what_a_search_found_is_read_by_key(model: Any, national_operator: Staff, month: SmallMonth) -> None:
    record = model.objects.order_by("pk").first()
    found = plan(national_operator, model, ("seqscan", "indexscan"), q=record.number)
    [condition] = [line for line in found.splitlines() if "Index Cond" in line]
    assert f"(id = {record.pk})" in condition or "ANY" in condition


def test_a_search_finds_by_number_and_by_person_and_nothing_beside_the_filters(
    national_operator: Staff, month: SmallMonth
) -> None:
    client, settlement = signed_in(national_operator), month.settlement
    assert listed(client, Settlement, q=settlement.number) == [settlement]
    assert settlement in listed(client, Settlement, q=settlement.person.name)
    assert listed(client, Settlement, q=settlement.number, period="2026-08") == []
    assert listed(client, Statement, q=month.statement.institution.name[:4]) == [month.statement]
    assert listed(client, Statement, q=month.statement.institution_id) == [month.statement]


def test_a_span_of_days_is_listed_by_the_day(national_operator: Staff, month: SmallMonth) -> None:
    shown = listed(signed_in(national_operator), Settlement, settled_on_from="2026-01-01")
    assert [each.settled_on for each in shown] == sorted((each.settled_on for each in shown), reverse=True)
