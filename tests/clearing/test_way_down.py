"""From the national sheet down to the steps of one settlement, by the links on the pages; every level foots."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from clearing.admin import row as row_admin
from clearing.models import Notice, ProvinceSheet, Sheet, SheetRow
from registry.models import Staff
from settlement.models import Settlement, StatementLine
from tests import returned_month
from tests.pages import list_url, page_url, signed_in, words_of
from tests.returned_month import ReturnedMonth

pytestmark = pytest.mark.django_db

PERIODS = ("2026-09", "2026-10", "2026-11")


@pytest.fixture(scope="module")
def month(django_db_setup: None, django_db_blocker: Any) -> Iterator[ReturnedMonth]:
    with returned_month.committed(django_db_blocker) as story:
        yield story


def tables(client: Client, url: str) -> dict[str, Any]:
    """The tables of a page by their titles."""
    response = client.get(url)
    assert response.status_code == 200, url
    return {table.title: table for table in response.context["panels"]}


def table(client: Client, url: str, title: str) -> Any:
    [found] = [held for name, held in tables(client, url).items() if title in name]
    return found


def ways(client: Client, url: str) -> list[str]:
    return [link.url for link in client.get(url).context["way"]]


def total(held: Any) -> list[Any]:
    return list(held.totals()[-1].cells) if held.totals() else []


# One level after the other


def walk_part(client: Client, sheet: Sheet, url: str, payable: Decimal, receivable: Decimal) -> list[str]:
    """A province's part: its pairs foot to the national table, and each pair to its rows; the rows' pages."""
    assert page_url(sheet) in ways(client, url)
    rows = []
    for annex, owed in (("附件14-1", payable), ("附件14-7", receivable)):
        pairs = table(client, url, annex)
        assert (total(pairs) or [0] * 8)[7] == owed
        for pair in pairs.body():
            pages = [link.url for link in pair.cells[-1]]
            held = [SheetRow.objects.get(pk=page.rstrip("/").split("/")[-2]) for page in pages]
            assert sum(row.amount for row in held) == pair.cells[7]
            assert sum(row.visits for row in held) == pair.cells[2]
            assert all(url in ways(client, page) for page in pages)
            rows += pages
    return rows


def walk_row(client: Client, url: str) -> list[tuple[str, str]]:
    """A row: its lines foot to it; the page and the settlements of each line."""
    row = SheetRow.objects.get(pk=url.rstrip("/").split("/")[-2])
    lines = table(client, url, "对账明细")
    sign = -1 if row.returned else 1
    assert total(lines)[3:] == [
        sign * figure for figure in (row.visits, row.total, row.fund, row.account, row.deducted, row.amount)
    ]
    for place in (3, 4, 5, 6, 7, 8):
        assert (
            sum(getattr(line.cells[place], "text", line.cells[place]) for line in lines.body()) == total(lines)[place]
        )
    below = [(line.cells[0].url, line.cells[3].url) for line in lines.body()]
    assert all(url in ways(client, page) for page, _ in below)
    return below


def walk_line(client: Client, page: str, url: str) -> list[Settlement]:
    """A line: the list shows its settlements and no other, and sums them to the line."""
    line = StatementLine.objects.get(pk=page.rstrip("/").split("/")[-2])
    response = client.get(url)
    summary, settlements = response.context["summary"], list(response.context["cl"].queryset)
    listed, of_line = (row.cells for row in summary.body())
    assert listed[1] == len(settlements)
    assert list(listed[2:6]) == list(of_line[2:6]) == [line.visits, line.total, line.fund, line.account]
    assert listed[3] == sum(settlement.total for settlement in settlements)
    link, mark = of_line[0]
    assert (link.url, str(mark)) == (page, "与列表相符")
    return settlements


@pytest.mark.parametrize("period", PERIODS)
def test_the_nation_walks_from_the_sheet_to_the_steps(
    period: str, month: ReturnedMonth, national_operator: Staff
) -> None:
    client, sheet = signed_in(national_operator), month.sheet(period)
    national = table(client, page_url(sheet), "附件14")
    reached: set[int] = set()
    for province in national.body():
        pages = walk_part(client, sheet, province.cells[1].url, province.cells[4], province.cells[7])
        for page, settlements in [below for url in pages for below in walk_row(client, url)]:
            for settlement in walk_line(client, page, settlements):
                steps = table(client, page_url(settlement), "计算过程")
                assert steps.body()
                assert page in ways(client, page_url(settlement))
                reached.add(settlement.pk)
    assert total(national)[4] == total(national)[7] == sheet.amount
    kept = Settlement.objects.filter(pk__in=reached)
    assert sum(1 if held.reversal_of_id is None else -1 for held in kept if not held.returned) == sum(
        row.visits for row in sheet.rows.filter(returned=False)
    )


def test_a_province_walks_down_its_own_part_and_meets_no_closed_door(
    month: ReturnedMonth, henan_supervisor: Staff
) -> None:
    client, sheet = signed_in(henan_supervisor), month.sheet("2026-09")
    national = table(client, page_url(sheet), "附件14")
    [own] = [row for row in national.body() if getattr(row.cells[1], "url", "")]
    [page] = walk_part(client, sheet, own.cells[1].url, own.cells[4], own.cells[7])
    [(line, settlements)] = walk_row(client, page)
    [settlement] = walk_line(client, line, settlements)
    assert table(client, page_url(settlement), "计算过程").body()
    assert set(ways(client, page)) == {page_url(sheet), own.cells[1].url}, "another province's part is no way"


def test_where_not_all_lines_are_shown_the_foot_states_them_all(
    month: ReturnedMonth, national_operator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_admin, "SHOWN_AT_MOST", 1)
    line = StatementLine.objects.filter(statement__status="cleared", amount__gt=0).earliest("pk")
    line.pk, line.settled_month = None, "2026-08"
    line.save(force_insert=True)
    row = SheetRow.objects.get(
        sheet__period=line.statement.declared_period, home=line.home_province, host=line.host_province,
        insurance=line.insurance, service=line.service, returned=False,
    )  # fmt: skip
    client = signed_in(national_operator)
    lines = table(client, page_url(row), "对账明细")
    assert len(lines.body()) == 1
    assert total(lines)[0] == "合计（2 行）"
    assert total(lines)[8] == row.amount + line.amount
    shown = client.get(lines.more.url).context["cl"].queryset
    assert sum(each.amount for each in shown) == row.amount + line.amount


def test_a_statement_leads_to_all_its_settlements_with_their_sum(month: ReturnedMonth, host_clerk: Staff) -> None:
    client = signed_in(host_clerk)
    statement = StatementLine.objects.filter(statement__host_area="119900").earliest("pk").statement
    lines = table(client, page_url(statement), "对账明细")
    response = client.get(lines.more.url)
    summary = response.context["summary"]
    [listed] = (row.cells for row in summary.body())
    assert list(listed[2:6]) == total(lines)[4:8]
    assert summary.more.url == page_url(statement)
    assert summary.title == f"{statement.institution} {statement.period} 期结算（元）"


@pytest.mark.parametrize("query", [{}, {"period": "2026-09"}, {"q": "王"}, {"institution": "H11010100001"}])
def test_a_wide_list_is_not_summed(query: dict[str, str], month: ReturnedMonth, national_operator: Staff) -> None:
    response = signed_in(national_operator).get(list_url(Settlement, **query))
    assert response.context["summary"] is None


def test_a_narrowed_list_asks_few_questions(
    month: ReturnedMonth, national_operator: Staff, django_assert_max_num_queries: Any
) -> None:
    line = StatementLine.objects.filter(statement__status="cleared").earliest("pk")
    client = signed_in(national_operator)
    url = table(client, page_url(line), "结算").body()[0].cells[0].url
    with django_assert_max_num_queries(10):
        assert client.get(url).context["summary"]


# The files


def download(client: Client, record: Any) -> Any:
    return client.get(reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_download", args=[record.pk]))


def pages_of(response: Any) -> list[str]:
    assert response.status_code == 200
    return load_workbook(BytesIO(b"".join(response.streaming_content)), read_only=True).sheetnames


def test_the_nation_downloads_its_table_and_any_provinces(month: ReturnedMonth, national_operator: Staff) -> None:
    client, sheet = signed_in(national_operator), month.sheet("2026-09")
    part = ProvinceSheet.objects.get(sheet=sheet, province="340000")
    for record in (sheet, part):
        page = client.get(page_url(record))
        assert page.context["download"].text == "下载清算表"
        assert f'href="{page.context["download"].url}"' in page.content.decode()
    assert pages_of(download(client, sheet)) == ["附件14", "清算明细"]
    assert pages_of(download(client, part))[0] == "14-1 应付"


def test_a_province_downloads_its_own_and_no_other(month: ReturnedMonth, henan_supervisor: Staff) -> None:
    client, sheet = signed_in(henan_supervisor), month.sheet("2026-09")
    own, other = (ProvinceSheet.objects.get(sheet=sheet, province=province) for province in ("410000", "110000"))
    for record in (sheet, own):
        assert pages_of(download(client, record))[0] == "14-1 应付"
    assert download(client, other).status_code == 404


def test_a_notice_is_had_as_a_file_of_its_own(
    month: ReturnedMonth, henan_supervisor: Staff, beijing_supervisor: Staff
) -> None:
    notice = Notice.objects.get(sheet=month.sheet("2026-09"), province="410000")
    client = signed_in(henan_supervisor)
    assert "下载通知书" in words_of(client.get(page_url(notice)))
    response = download(client, notice)
    assert notice.number in response["Content-Disposition"] or "utf-8''" in response["Content-Disposition"]
    assert pages_of(response) == ["附件16 收款通知书"]
    assert download(signed_in(beijing_supervisor), notice).status_code == 404


@pytest.mark.parametrize("who", ["home_clerk", "host_clerk", "outsider"])
def test_others_download_nothing(who: str, month: ReturnedMonth, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    sheet = month.sheet("2026-09")
    for record in (sheet, sheet.provinces.earliest("pk"), Notice.objects.earliest("pk")):
        assert download(client, record).status_code == 404


def test_a_sheet_that_was_altered_is_not_handed_out(month: ReturnedMonth, national_operator: Staff) -> None:
    sheet = month.sheet("2026-09")
    Sheet.objects.filter(pk=sheet.pk).update(settlements=99)
    client = signed_in(national_operator)
    response = client.get(download(client, sheet).url)
    assert any("2026-09 期清算表与生成时不符" in word for word in words_of(response))
