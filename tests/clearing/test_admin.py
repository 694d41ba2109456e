"""The sheet, the provinces' parts, their rows and the notices on the pages."""

from decimal import Decimal
from typing import Any

import pytest

from clearing import closing
from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import Notice, ProvinceSheet, Sheet, SheetRow
from common.dates import Month
from common.money import ZERO
from registry.models import Institution, Staff
from settlement import statements
from tests import stories
from tests.conftest import at
from tests.pages import exported, list_url, listed, page_url, signed_in, verb_url, words_of
from tests.small_month import SmallMonth, cleared_month


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    """Cleared, not confirmed."""
    return cleared_month(hospital, confirmed=False)


@pytest.fixture
def noticed(hospital: Institution) -> SmallMonth:
    """Cleared, confirmed, with its notices."""
    return cleared_month(hospital)


def table_of(staff: Staff, record: Any, title: str) -> Any:
    [table] = [table for table in signed_in(staff).get(page_url(record)).context["panels"] if title in table.title]
    return table


def names_in(table: Any, column: int) -> list[str]:
    return [str(row.cells[column]) for row in table.body()]


# The national sheet (annex 14)


def test_the_sheet_shows_every_province_and_both_sides_foot(national_operator: Staff, month: SmallMonth) -> None:
    table = table_of(national_operator, month.sheet, "附件14")
    assert len(table.body()) == 32
    total = table.totals()[0].cells
    assert total[4] == total[7] == month.sheet.amount
    assert total[8] == month.sheet.settlements
    assert str(total[9]) == "应付合计＝应收合计"


def test_what_a_province_owes_stands_under_its_insurance(national_operator: Staff, month: SmallMonth) -> None:
    table = table_of(national_operator, month.sheet, "附件14")
    henan = next(row.cells for row in table.body() if str(row.cells[1]) == "河南省")
    owed = month.row.amount
    assert henan[2:8] == [owed, ZERO, owed, ZERO, ZERO, ZERO]
    assert henan[8] == 1


def test_a_province_reads_the_nations_table_and_opens_its_own_part(henan_supervisor: Staff, month: SmallMonth) -> None:
    table = table_of(henan_supervisor, month.sheet, "附件14")
    opens = {str(row.cells[1]) for row in table.body() if getattr(row.cells[1], "url", "")}
    assert opens == {"河南省"}


def test_returned_money_is_owed_by_the_host(national_operator: Staff, noticed: SmallMonth) -> None:
    stories.reverse(noticed.settlement, "2026-11-05 09:00")
    statements.draw(Month.parse("2026-11"), at("2026-12-01 00:10"))
    stories.agree(stories.statement_of(noticed.settlement.institution, "2026-11"), "2026-12-10 10:00")
    sheet = closing.close(Month.parse("2026-11"), at("2026-12-21 00:10"))
    part = ProvinceSheet.objects.get(sheet=sheet, province="110000")
    table = table_of(national_operator, part, "附件14-1")
    assert names_in(table, 0) == ["河南省*"]
    assert table.body()[0].kind == "returned"
    assert names_in(table_of(national_operator, part, "附件14-7"), 0) == []


# A province's part


def test_a_province_lists_its_own_part_alone(henan_supervisor: Staff, month: SmallMonth) -> None:
    client = signed_in(henan_supervisor)
    assert [part.province_id for part in listed(client, ProvinceSheet)] == ["410000"]
    assert client.get(page_url(month.part("110000"))).status_code == 302


def test_the_pairs_of_a_province_lead_to_their_rows(henan_supervisor: Staff, month: SmallMonth) -> None:
    table = table_of(henan_supervisor, month.part("410000"), "附件14-1")
    assert names_in(table, 0) == ["北京市"]
    [link] = table.body()[0].cells[-1]
    assert (link.text, link.url) == ("普通门诊 1", page_url(month.row))
    assert table.totals()[-1].cells[7] == month.part("410000").payable


def test_the_other_side_of_the_pair_stands_in_the_hosts_receivables(
    beijing_supervisor: Staff, month: SmallMonth
) -> None:
    table = table_of(beijing_supervisor, month.part("110000"), "附件14-7")
    assert names_in(table, 0) == ["安徽省", "河南省"]
    assert table.totals()[-1].cells[7] == month.part("110000").receivable


def test_a_row_leads_to_its_lines_and_a_line_to_its_settlements(henan_supervisor: Staff, month: SmallMonth) -> None:
    client = signed_in(henan_supervisor)
    table = table_of(henan_supervisor, month.row, "对账明细")
    link = table.body()[0].cells[3]
    assert list(client.get(link.url).context["cl"].result_list) == [month.settlement]


def test_rows_of_other_pairs_do_not_exist_for_a_province(henan_supervisor: Staff, month: SmallMonth) -> None:
    client = signed_in(henan_supervisor)
    assert listed(client, SheetRow) == [month.row]
    other = SheetRow.objects.get(home="340000")
    assert client.get(page_url(other)).status_code == 302


@pytest.mark.parametrize("model", [Sheet, SheetRow, ProvinceSheet, Notice])
def test_a_clerk_of_a_city_has_no_business_between_provinces(model: Any, home_clerk: Staff) -> None:
    assert signed_in(home_clerk).get(list_url(model)).status_code == 403


@pytest.mark.parametrize("model", [Sheet, SheetRow, ProvinceSheet, Notice])
def test_a_hospital_has_no_business_here(model: Any, hospital_staff: Staff) -> None:
    assert signed_in(hospital_staff).get(list_url(model)).status_code == 403


def test_the_export_of_rows_is_scoped(henan_supervisor: Staff, month: SmallMonth) -> None:
    header, *lines = exported(signed_in(henan_supervisor), SheetRow, "xlsx")
    assert [line[header.index("参保省")] for line in lines] == ["河南省"]
    assert Decimal(str(lines[0][header.index("清算金额")])) == month.row.amount


# Confirmation


def test_a_province_confirms_its_part(henan_supervisor: Staff, month: SmallMonth) -> None:
    part = month.part("410000")
    client = signed_in(henan_supervisor)
    assert [each["verb"].label for each in client.get(page_url(part)).context["offered_verbs"]] == ["确认"]
    assert client.post(verb_url(part, "confirm")).status_code == 302
    part.refresh_from_db()
    assert (part.status, part.handler) == (ConfirmationStatus.CONFIRMED, henan_supervisor)


def test_when_all_have_confirmed_the_sheet_is_confirmed(
    henan_supervisor: Staff, beijing_supervisor: Staff, month: SmallMonth
) -> None:
    stories.confirm_all(month.sheet, "2026-10-22 10:00")
    assert month.sheet.status == SheetStatus.CONFIRMED


def test_the_nation_does_not_confirm_for_a_province(national_operator: Staff, month: SmallMonth) -> None:
    part = month.part("410000")
    client = signed_in(national_operator)
    assert client.get(page_url(part)).context["offered_verbs"] == []
    assert client.post(verb_url(part, "confirm")).status_code == 403


def test_another_province_does_not_find_the_part(beijing_supervisor: Staff, month: SmallMonth) -> None:
    assert signed_in(beijing_supervisor).post(verb_url(month.part("410000"), "confirm")).status_code == 404


def test_confirming_twice_is_refused_with_a_word(henan_supervisor: Staff, month: SmallMonth) -> None:
    client = signed_in(henan_supervisor)
    client.post(verb_url(month.part("410000"), "confirm"))
    again = client.post(verb_url(month.part("410000"), "confirm"))
    assert "当前状态为“已确认”，不能确认。" in again.content.decode()


# Notices


def test_a_province_reads_its_own_notice(henan_supervisor: Staff, noticed: SmallMonth) -> None:
    client = signed_in(henan_supervisor)
    notice = noticed.notice("410000")
    assert listed(client, Notice) == [notice]
    assert client.get(page_url(noticed.notice("110000"))).status_code == 302


def test_a_payment_notice_says_whom_what_and_how_much_in_words(henan_supervisor: Staff, noticed: SmallMonth) -> None:
    response = signed_in(henan_supervisor).get(page_url(noticed.notice("410000")))
    words = words_of(response)
    assert "跨省异地就医费用付款通知书" in words
    assert "收款省份" in words
    assert response.context["capitals"] in words
    assert "北京市" in words


def test_a_receipt_notice_lists_the_payers(beijing_supervisor: Staff, noticed: SmallMonth) -> None:
    words = words_of(signed_in(beijing_supervisor).get(page_url(noticed.notice("110000"))))
    assert "跨省异地就医费用收款通知书" in words
    assert {"付款省份", "河南省", "安徽省"} <= set(words)


@pytest.mark.parametrize("what", ["sheet", "row"])
def test_what_is_cleared_is_never_changed_on_a_page(what: str, national_operator: Staff, month: SmallMonth) -> None:
    record = getattr(month, what)
    assert signed_in(national_operator).post(page_url(record), {"amount": "1"}).status_code == 403


# Queries


@pytest.mark.parametrize(("model", "most"), [(Sheet, 4), (SheetRow, 7), (ProvinceSheet, 6), (Notice, 6)])
def test_a_list_asks_few_questions_however_long_it_is(
    model: Any, most: int, national_operator: Staff, noticed: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(national_operator)
    with django_assert_max_num_queries(most):
        assert client.get(list_url(model)).status_code == 200


@pytest.mark.parametrize(("what", "most"), [("sheet", 8), ("part", 8), ("row", 6), ("notice", 6)])
def test_a_page_asks_few_questions(
    what: str, most: int, national_operator: Staff, noticed: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    record = getattr(noticed, what)
    record = record("410000") if callable(record) else record
    client = signed_in(national_operator)
    client.get(page_url(record))
    with django_assert_max_num_queries(most):
        assert client.get(page_url(record)).status_code == 200
