"""A list as a workbook: what Excel, a clerk and a machine with little memory each need of it."""

import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from common import workbook
from filings.models import Filing
from registry.models import Institution, Staff
from settlement.models import Settlement
from tests.conftest import at
from tests.pages import exported, signed_in
from tests.small_month import cleared_month


def written(lines: list[list[Any]], title: str = "结算") -> Any:
    file = BytesIO()
    workbook.save(iter(lines), title, file)
    return load_workbook(BytesIO(file.getvalue()))


HALF_PAST_NINE = at("2026-09-01 09:30").replace(tzinfo=None)
LINES: list[list[Any]] = [
    ["编号", "姓名", "证件号码", "日期", "时间", "金额", "人次"],
    ["0012", "=王", "41160019800101001X", date(2026, 9, 1), HALF_PAST_NINE, Decimal("1234.50"), 3],
]


def test_every_value_is_of_its_kind_and_shown_as_such() -> None:
    cells = [(cell.value, cell.data_type, cell.number_format) for cell in written(LINES).active[2]]
    assert cells == [
        ("0012", "s", "@"),
        ("=王", "s", "@"),
        ("41160019800101001X", "s", "@"),
        (HALF_PAST_NINE.replace(hour=0, minute=0), "d", "yyyy-mm-dd"),
        (HALF_PAST_NINE, "d", "yyyy-mm-dd hh:mm:ss"),
        (1234.5, "n", "0.00"),
        (3, "n", "0"),
    ]


def test_the_header_is_bold_fixed_and_filtered() -> None:
    sheet = written(LINES).active
    assert all(cell.font.bold for cell in sheet[1]) and not any(cell.font.bold for cell in sheet[2])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G2")


def test_a_list_without_rows_is_a_header() -> None:
    sheet = written(LINES[:1]).active
    assert (sheet.max_row, sheet.auto_filter.ref) == (1, "A1:G1")


def test_columns_are_as_wide_as_their_words_and_chinese_takes_two() -> None:
    sheet = written([["甲", "b"], ["北京演示第一医院", "x"], ["短", "y" * 200]]).active
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [19, workbook.WIDEST]


@pytest.mark.parametrize(
    ("title", "named"), [("结算/冲销[1]:*?", "结算_冲销_1____"), ("清" * 40, "清" * 31), ("", "列表"), ("'x'", "_x_")]
)
def test_a_sheet_is_named_after_the_list_as_far_as_excel_allows(title: str, named: str) -> None:
    assert written(LINES, title).sheetnames == [named]


def test_what_is_too_long_for_one_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 301)
    lines = [["序号"], *([number] for number in range(601))]
    book = written(lines)
    assert book.sheetnames == ["结算", "结算（2）", "结算（3）"]
    found = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert [len(rows) for rows in found] == [301, 301, 2]
    assert [row for rows in found for row in rows[1:]] == list(range(601))
    assert {rows[0] for rows in found} == {"序号"}
    assert written(lines[:301]).sheetnames == ["结算"], "a full sheet is followed by no empty one"


def test_it_is_written_in_little_memory() -> None:
    def lines(count: int) -> Iterator[list[Any]]:
        yield ["编号", "金额"]
        for number in range(count):
            yield [f"JS{number:018d}", Decimal(number)]

    def peak(count: int) -> int:
        tracemalloc.start()
        workbook.save(lines(count), "结算", BytesIO())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(12_000) < 2 * peak(2_000) + 500_000, "only the compressed file grows"


def test_a_lists_own_export_reads_back(national_operator: Staff, hospital: Institution) -> None:
    settlement = cleared_month(hospital).settlement
    address = reverse("admin:settlement_settlement_export", args=["xlsx"])
    response = signed_in(national_operator).get(address, {"q": settlement.number})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    assert sheet.title == "结算"
    shown = dict(zip((cell.value for cell in sheet[1]), sheet[2], strict=True))
    assert shown["结算编号"].value == settlement.number
    assert (shown["入院或就诊日"].value.date(), shown["入院或就诊日"].number_format) == (
        settlement.begun_on,
        "yyyy-mm-dd",
    )
    assert (shown["医疗费总额"].value, shown["医疗费总额"].number_format) == (float(settlement.total), "0.00")
    assert "*" in shown["证件号码"].value and shown["证件号码"].number_format == "@"


def test_days_in_csv_are_written_as_before(national_operator: Staff, hospital: Institution) -> None:
    filing = cleared_month(hospital).filing
    header, *lines = exported(signed_in(national_operator), Filing, "csv", q=filing.number)
    assert lines[0][header.index("开始日期")] == filing.valid_from.isoformat()
    header, *lines = exported(signed_in(national_operator), Settlement, "csv")
    assert lines[0][header.index("结算时间")][10] == " "
