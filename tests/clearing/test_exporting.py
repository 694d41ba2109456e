"""The clearing of a month as a file: to the letter of the contract, byte for byte the same, and footed by hand."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from clearing import closing, exporting
from clearing.models import ProvinceSheet, Sheet, SheetRow
from common.dates import Month
from common.transitions import Refused
from registry.models import FiscalAccount, Staff
from settlement.models import Statement, StatementLine
from tests import returned_month
from tests.conftest import at
from tests.returned_month import ReturnedMonth
from tests.stories import row_counts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def month(django_db_setup: None, django_db_blocker: Any) -> Iterator[ReturnedMonth]:
    with returned_month.committed(django_db_blocker) as story:
        yield story


def export(directory: Path, period: str, kind: str = "json", **options: Any) -> Path:
    """The directory with the files of a period in it, and nothing else."""
    held = directory / f"{period}-{kind}"
    held.mkdir(exist_ok=True)
    call_command("export_clearing", period, format=kind, out=str(held), **options)
    return held


def exported(directory: Path, period: str, **options: Any) -> dict[str, Any]:
    file = export(directory, period, **options) / f"clearing-{period}.json"
    return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


# JSON


def test_the_document_has_the_shape_of_the_contract(month: ReturnedMonth, tmp_path: Path) -> None:
    document = exported(tmp_path, "2026-09")
    assert list(document) == ["period", "generated_on", "status", "provinces", "rows", "control"]
    assert (document["period"], document["generated_on"], document["status"]) == ("2026-09", "2026-10-21", "noticed")
    assert list(document["control"]) == ["settlements", "amount", "sha256"]
    # 王's two visits (the third is netted), 赵's stay, 张's the other way.
    assert document["rows"] == [
        {
            "home": "110000", "host": "410000", "insurance": "employee", "service": "inpatient", "returned": False,
            "months": ["2026-09"], "visits": 1, "total": "10500.00", "fund": "9000.00", "account": "0.00",
            "deducted": "0.00", "amount": "9000.00",
        },
        {
            "home": "340000", "host": "110000", "insurance": "employee", "service": "outpatient", "returned": False,
            "months": ["2026-09"], "visits": 2, "total": "160.00", "fund": "80.00", "account": "80.00",
            "deducted": "0.00", "amount": "160.00",
        },
        {
            "home": "340000", "host": "110000", "insurance": "resident", "service": "inpatient", "returned": False,
            "months": ["2026-09"], "visits": 1, "total": "5500.00", "fund": "4000.00", "account": "0.00",
            "deducted": "0.00", "amount": "4000.00",
        },
    ]  # fmt: skip
    assert [list(row) for row in document["rows"]] == [
        ["home", "host", "insurance", "service", "returned", "months", "visits", "total", "fund", "account",
         "deducted", "amount"]
    ] * 3  # fmt: skip
    assert (document["control"]["settlements"], document["control"]["amount"]) == (4, "13160.00")


def test_all_32_provinces_are_listed_and_foot(month: ReturnedMonth, tmp_path: Path) -> None:
    provinces = exported(tmp_path, "2026-09")["provinces"]
    assert len(provinces) == 32
    assert [list(province) for province in provinces] == [["code", "name", "payable", "receivable"]] * 32
    assert [province["code"] for province in provinces] == sorted(province["code"] for province in provinces)
    with_figures = {p["code"]: p for p in provinces if (p["payable"], p["receivable"]) != ("0.00", "0.00")}
    assert with_figures == {
        "110000": {"code": "110000", "name": "北京市", "payable": "9000.00", "receivable": "4160.00"},
        "340000": {"code": "340000", "name": "安徽省", "payable": "4160.00", "receivable": "0.00"},
        "410000": {"code": "410000", "name": "河南省", "payable": "0.00", "receivable": "9000.00"},
    }
    assert sum(Decimal(p["payable"]) for p in provinces) == sum(Decimal(p["receivable"]) for p in provinces)


def test_money_taken_back_after_clearing_is_a_returned_row(month: ReturnedMonth, tmp_path: Path) -> None:
    document = exported(tmp_path, "2026-11")
    [ordinary, returned] = document["rows"]
    assert (ordinary["returned"], ordinary["months"], ordinary["amount"]) == (False, ["2026-11"], "80.00")
    assert (returned["returned"], returned["months"], returned["visits"]) == (True, ["2026-09"], 1)
    assert (returned["fund"], returned["account"], returned["amount"]) == ("30.00", "30.00", "60.00")
    figures = {p["code"]: (p["payable"], p["receivable"]) for p in document["provinces"]}
    assert (figures["110000"], figures["340000"]) == (("60.00", "80.00"), ("80.00", "60.00"))  # gross both ways
    assert document["control"]["amount"] == "140.00"


def test_a_delayed_month_appears_in_the_sheet_that_cleared_it(month: ReturnedMonth, tmp_path: Path) -> None:
    [row] = exported(tmp_path, "2026-10")["rows"]
    assert (row["months"], row["amount"]) == (["2026-09"], "10.00")


@pytest.mark.parametrize("period", ["2026-09", "2026-10", "2026-11"])
def test_the_digest_can_be_recomputed_from_the_file_alone(month: ReturnedMonth, tmp_path: Path, period: str) -> None:
    document = exported(tmp_path, period)
    rows = sorted(document["rows"], key=lambda r: [r["home"], r["host"], r["insurance"], r["service"], r["returned"]])
    text = "".join(json.dumps(r, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for r in rows)
    assert hashlib.sha256(text.encode("utf-8")).hexdigest() == document["control"]["sha256"]
    assert document["control"]["sha256"] == Sheet.objects.get(period=period).sha256
    assert document["rows"] == rows
    assert document["control"]["settlements"] == sum(row["visits"] for row in rows)


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_exported_twice_the_bytes_are_the_same(month: ReturnedMonth, tmp_path: Path, kind: str) -> None:
    first, second = (
        {file.name: file.read_bytes() for file in sorted(export(tmp_path / turn, "2026-11", kind).iterdir())}
        for turn in (made(tmp_path, "first"), made(tmp_path, "second"))
    )
    assert first == second
    assert len(first) == {"json": 1, "xlsx": 33}[kind]


def made(directory: Path, name: str) -> str:
    (directory / name).mkdir()
    return name


def test_the_file_is_utf_8_with_unix_line_ends(month: ReturnedMonth, tmp_path: Path) -> None:
    content = (export(tmp_path, "2026-09") / "clearing-2026-09.json").read_bytes()
    assert "北京市".encode() in content
    assert content.endswith(b"}}\n") and b"\r" not in content


# Before the freeze


def test_before_the_freeze_it_is_refused_and_the_way_out_is_told(month: ReturnedMonth, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"2026-12 期清算表尚未生成（应于 2027-01-21 生成）.*--draft") as fault:
        export(tmp_path, "2026-12")
    assert fault.value.returncode == 1
    assert list((tmp_path / "2026-12-json").iterdir()) == []


def test_a_draft_says_what_the_sheet_would_be_and_writes_nothing(month: ReturnedMonth, tmp_path: Path) -> None:
    before = row_counts()
    draft = exported(tmp_path, "2026-12", draft=True)
    export(tmp_path, "2026-12", "xlsx", draft=True)
    assert row_counts() == before
    assert (draft["status"], draft["generated_on"]) == ("draft", None)
    assert [(row["home"], row["visits"], row["amount"]) for row in draft["rows"]] == [("340000", 1, "24.00")]
    assert len(draft["provinces"]) == 32

    closing.close(Month(2026, 12), at("2027-01-21 00:10"))
    frozen = exported(tmp_path, "2026-12")
    assert frozen == draft | {"status": "generated", "generated_on": "2027-01-21"}


def test_what_only_one_side_agreed_is_in_no_draft(month: ReturnedMonth, tmp_path: Path) -> None:
    statement = Statement.objects.filter(period="2026-12")
    statement.update(status="institution_agreed")
    draft = exported(tmp_path, "2026-12", draft=True)
    assert draft["rows"] == []
    assert draft["control"] == {"settlements": 0, "amount": "0.00", "sha256": hashlib.sha256(b"").hexdigest()}


def test_a_draft_nets_takes_back_and_counts_months_as_the_close_does(month: ReturnedMonth, tmp_path: Path) -> None:
    line = StatementLine.objects.get(statement__period="2026-12", service="outpatient")
    for settled_month, returned, sign in (("2026-10", False, 1), ("2026-09", True, -1), ("2026-08", True, -1)):
        line.pk, line.settled_month, line.returned = None, settled_month, returned
        line.origin_period = "2026-09" if returned else "2026-12"  # September is cleared
        line.visits, line.total, line.fund, line.account, line.amount = (
            sign * value for value in (1, Decimal("30.00"), Decimal("20.00"), Decimal("5.00"), Decimal("25.00"))
        )
        line.save(force_insert=True)
    draft = exported(tmp_path, "2026-12", draft=True)
    [ordinary, back] = draft["rows"]
    assert (ordinary["months"], ordinary["visits"], ordinary["amount"]) == (["2026-10", "2026-12"], 2, "49.00")
    assert (back["returned"], back["months"], back["visits"], back["amount"]) == (
        True, ["2026-08", "2026-09"], 2, "50.00",
    )  # fmt: skip
    closing.close(Month(2026, 12), at("2027-01-21 00:10"))
    assert exported(tmp_path, "2026-12")["rows"] == draft["rows"]


def test_a_frozen_sheet_stays_frozen_when_a_draft_is_asked_for(month: ReturnedMonth, tmp_path: Path) -> None:
    assert exported(tmp_path, "2026-09", draft=True)["status"] == "noticed"


# What is no longer what was frozen is not exported


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sha256": "0" * 64}, "明细摘要应为 000000000000…，现为 "),
        ({"settlements": 99}, "人次应为 99，明细合计 4"),
        ({"amount": Decimal("1.00")}, "清算金额应为 1.00，明细合计 13160.00"),
    ],
)
@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_sheet_that_was_altered_is_not_exported(
    month: ReturnedMonth, tmp_path: Path, kind: str, change: dict[str, Any], fault: str
) -> None:
    Sheet.objects.filter(period="2026-09").update(**change)
    with pytest.raises(CommandError, match=f"2026-09 期清算表与生成时不符：.*{fault}.*check_books"):
        export(tmp_path, "2026-09", kind)
    assert list((tmp_path / f"2026-09-{kind}").iterdir()) == []


def test_a_row_that_came_later_is_noticed(month: ReturnedMonth, tmp_path: Path) -> None:
    row = SheetRow.objects.filter(sheet__period="2026-09").earliest("pk")
    row.pk, row.service = None, "pharmacy"
    row.save(force_insert=True)
    with pytest.raises(CommandError, match="明细摘要应为"):
        export(tmp_path, "2026-09")


def test_a_province_that_no_longer_foots_is_noticed(month: ReturnedMonth, tmp_path: Path) -> None:
    ProvinceSheet.objects.filter(sheet__period="2026-09", province="340000").update(payable=1)
    with pytest.raises(CommandError, match="340000 的应付、应收与明细不符"):
        export(tmp_path, "2026-09")


# Wrong ways to ask


@pytest.mark.parametrize("period", ["2026-13", "2026-9", "202609", "九月", ""])
def test_a_wrong_month_is_named(tmp_path: Path, period: str) -> None:
    with pytest.raises(CommandError, match=f"月份“{period}”不正确，请写成"):
        call_command("export_clearing", period, format="json", out=str(tmp_path))


@pytest.mark.parametrize("kind", [None, "pdf", ""])
def test_a_wrong_format_is_named(tmp_path: Path, kind: str | None) -> None:
    with pytest.raises(CommandError, match="--format 请写 json 或 xlsx"):
        call_command("export_clearing", "2026-09", format=kind, out=str(tmp_path))


def test_a_directory_must_be_given() -> None:
    with pytest.raises(CommandError, match="请用 --out 写明"):
        call_command("export_clearing", "2026-09", format="json")


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_directory_must_be_there(month: ReturnedMonth, tmp_path: Path, kind: str) -> None:
    with pytest.raises(CommandError, match=r"目录 .*nowhere 不存在。请先建立目录"):
        call_command("export_clearing", "2026-09", format=kind, out=str(tmp_path / "nowhere"))
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="不存在"):
        call_command("export_clearing", "2026-09", format=kind, out=str(tmp_path / "file"))


def test_a_name_that_is_taken_by_a_directory_is_told(month: ReturnedMonth, tmp_path: Path) -> None:
    (tmp_path / "clearing-2026-09.json" / "in the way").mkdir(parents=True)
    with pytest.raises(CommandError, match="未导出：不能写入"):
        call_command("export_clearing", "2026-09", format="json", out=str(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["clearing-2026-09.json"]


def test_the_files_are_named_on_the_screen(
    month: ReturnedMonth, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "2026-09", "xlsx")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 33
    assert lines[0].endswith("clearing-2026-09.xlsx")
    assert lines[-1].endswith("660000-新疆生产建设兵团-2026-09.xlsx")


# Workbooks


Page = list[tuple[Any, ...]]


def pages(file: Path | BytesIO) -> dict[str, Page]:
    """What stands on each page, row by row."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(file)}


def body(page: Page) -> Page:
    """The numbered rows."""
    return [row for row in page if isinstance(row[0], int)]


def foot(page: Page) -> tuple[Any, ...]:
    [row] = [row for row in page if row[1] in ("合计", "全国合计")]
    return row


@pytest.fixture(scope="module")
def workbooks(
    month: ReturnedMonth, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The workbooks of the three cleared months, as they are before any test changes something."""
    directory = tmp_path_factory.mktemp("workbooks")
    with django_db_blocker.unblock():
        return {period: export(directory, period, "xlsx") for period in ("2026-09", "2026-10", "2026-11")}


@pytest.fixture
def september(workbooks: dict[str, Path]) -> Path:
    return workbooks["2026-09"]


@pytest.fixture
def november(workbooks: dict[str, Path]) -> Path:
    return workbooks["2026-11"]


def test_annex_14_lists_all_provinces_and_foots(september: Path) -> None:
    page = pages(september / "clearing-2026-09.xlsx")["附件14"]
    assert page[0][0] == "全国跨省异地就医费用清算表（附件14）"
    rows = body(page)
    assert len(rows) == 32
    assert foot(page)[2:12] == tuple(sum(row[column] for row in rows) for column in range(2, 12))
    # payable: employees 160 + 9 000, residents 4 000; the same receivable; two stays, two outpatient visits.
    assert foot(page)[2:] == (9160, 4000, 13160, 9160, 4000, 13160, 2, 2, 0, 0, "应付＝应收")
    [beijing] = [row for row in rows if row[1] == "北京市"]
    assert beijing[2:] == (9000, 0, 9000, 160, 4000, 4160, 1, 0, 0, 0, "已确认")


def test_the_rows_of_the_sheet_are_listed_with_their_digest(november: Path) -> None:
    page = pages(november / "clearing-2026-11.xlsx")["清算明细"]
    assert [row[1:3] for row in body(page)] == [("安徽省", "北京市"), ("安徽省*", "北京市")]
    assert foot(page)[6:] == (2, 140, 70, 70, 0, 140)
    assert page[-1][0] == f"明细摘要（SHA-256）：{Sheet.objects.get(period='2026-11').sha256}"


def test_a_province_has_all_its_annexes(september: Path) -> None:
    names = list(pages(september / "340000-安徽省-2026-09.xlsx"))
    assert names == [
        "14-1 应付", "14-2 职工医保明细", "14-3 居民医保明细", "14-4 扣款", "14-5 职工医保扣款", "14-6 居民医保扣款",
        "14-7 应收", "附件15 付款通知书",
    ]  # fmt: skip
    assert "附件16 收款通知书" in pages(september / "410000-河南省-2026-09.xlsx")


def test_what_a_province_owes_foots_from_annex_to_annex(september: Path) -> None:
    anhui = pages(september / "340000-安徽省-2026-09.xlsx")
    [pair] = body(anhui["14-1 应付"])
    assert pair[1:] == ("北京市", 2, 160, 80, 80, 0, 160, 1, 5500, 4000, 0, 0, 4000, 3, 4160)
    assert foot(anhui["14-1 应付"])[2:] == pair[2:]
    assert foot(anhui["14-2 职工医保明细"])[4:] == (2, 160, 80, 0, 0, 0, 0, 0, 80, 80, 160)
    assert body(anhui["14-3 居民医保明细"]) == [
        (1, "北京市", "合肥市", "住院", 1, 5500, 4000, 0, 0, 0, 0, 0, 4000, 0, 4000)
    ]
    [notice] = body(anhui["附件15 付款通知书"])
    assert notice == (1, "北京市", 160, 4000, 4160)
    assert any("大写：肆仟壹佰陆拾元整" in str(row[0]) for row in anhui["附件15 付款通知书"])


def test_annexes_without_figures_have_their_header_and_a_total_of_nothing(september: Path) -> None:
    corps = pages(september / "660000-新疆生产建设兵团-2026-09.xlsx")
    assert len(corps) == 7
    for name in ("14-4 扣款", "14-5 职工医保扣款", "14-6 居民医保扣款"):
        assert "医疗机构编码" in corps[name][3]
        assert body(corps[name]) == []
        assert foot(corps[name])[-1] == 0


def test_what_is_returned_carries_its_star_on_every_paper(november: Path) -> None:
    beijing, anhui = (pages(november / f"{name}-2026-11.xlsx") for name in ("110000-北京市", "340000-安徽省"))
    # Beijing pays back to Anhui: the star beside the home's name there, beside the host's name here (article 51).
    assert [row[1] for row in body(beijing["14-1 应付"])] == ["安徽省*"]
    assert [row[1:4] for row in body(beijing["14-2 职工医保明细"])] == [("安徽省*", "北京市", "普通门诊")]
    assert [row[1] for row in body(beijing["附件15 付款通知书"])] == ["安徽省*"]
    assert [row[1] for row in body(beijing["附件16 收款通知书"])] == ["安徽省"]
    assert [row[1] for row in body(anhui["14-7 应收"])] == ["北京市*"]
    assert [row[1] for row in body(anhui["附件16 收款通知书"])] == ["北京市*"]
    assert foot(anhui["附件16 收款通知书"])[2:] == (60, 0, 60)


@pytest.mark.parametrize("period", ["2026-09", "2026-10", "2026-11"])
def test_every_province_foots_to_its_sheet(workbooks: dict[str, Path], period: str) -> None:
    parts = ProvinceSheet.objects.filter(sheet__period=period).select_related("province")
    with_figures = parts.exclude(payable=0, receivable=0)
    assert with_figures.count() >= 2
    for part in (*with_figures, parts.get(province="660000")):
        held = pages(workbooks[period] / f"{part.province_id}-{part.province.name}-{period}.xlsx")
        assert foot(held["14-1 应付"])[-1] == part.payable
        assert foot(held["14-7 应收"])[-1] == part.receivable
        assert foot(held["14-2 职工医保明细"])[-1] + foot(held["14-3 居民医保明细"])[-1] == part.payable


def test_deductions_are_listed_by_institution_and_foot(month: ReturnedMonth, tmp_path: Path) -> None:
    StatementLine.objects.filter(statement__period="2026-12", service="outpatient").update(deducted=4, amount=20)
    anhui = pages(export(tmp_path, "2026-12", "xlsx", draft=True) / "340000-安徽省-2026-12.xlsx")
    assert foot(anhui["14-1 应付"])[2:8] == (1, 24, 12, 12, 4, 20)
    listed = (1, "北京市", "H11010100001", "演示医院00001", "2026-12", "2026-12", "职工医保", "普通门诊", 4)
    assert body(anhui["14-4 扣款"]) == body(anhui["14-5 职工医保扣款"]) == [listed]
    assert body(anhui["14-6 居民医保扣款"]) == []
    assert (foot(anhui["14-4 扣款"])[-1], foot(anhui["14-6 居民医保扣款"])[-1]) == (4, 0)


def test_a_draft_is_marked_on_every_page_and_has_no_notices(month: ReturnedMonth, tmp_path: Path) -> None:
    directory = export(tmp_path, "2026-12", "xlsx", draft=True)
    anhui = pages(directory / "340000-安徽省-2026-12.xlsx")
    assert all("状态：草稿" in page[1][0] for page in anhui.values())
    assert not any("通知书" in name for name in anhui)
    assert body(pages(directory / "clearing-2026-12.xlsx")["附件14"])[0][-1] == "草稿"


def test_a_payment_notice_names_the_accounts_of_its_day(month: ReturnedMonth, tmp_path: Path) -> None:
    for number, since, until in (("1001", "2023-01-01", "2026-10-30"), ("1002", "2026-10-31", None)):
        FiscalAccount.objects.create(
            province_id="110000", account_name="=北京市财政局", bank_name="演示银行", bank_code="1",
            account_number=number, valid_from=date.fromisoformat(since),
            valid_until=date.fromisoformat(until) if until else None,
        )  # fmt: skip
    page = pages(export(tmp_path, "2026-09", "xlsx") / "340000-安徽省-2026-09.xlsx")["附件15 付款通知书"]
    assert ("北京市", "全部", "=北京市财政局", "演示银行", "1002") in page
    assert not any("1001" in row for row in page)


def test_pages_can_be_printed(september: Path) -> None:
    for file in (september / "clearing-2026-09.xlsx", september / "340000-安徽省-2026-09.xlsx"):
        for sheet in load_workbook(file):
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
            assert sheet.print_title_rows.startswith("$1:$")
            assert sheet.column_dimensions["B"].width > 8
            numbers = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
            assert {cell.number_format for cell in numbers} <= {"#,##0.00", "#,##0"}


def test_a_workbook_tells_the_day_of_the_sheet_and_not_the_day_of_the_export(september: Path) -> None:
    book = load_workbook(september / "340000-安徽省-2026-09.xlsx")
    assert book.properties.created == book.properties.modified
    assert book.properties.created.date() == date(2026, 10, 21)


# What an office may download


def downloaded(period: str, staff: Staff) -> tuple[str, dict[str, Page]]:
    response = exporting.respond(Sheet.objects.get(period=period), staff)
    content = BytesIO(b"".join(response.streaming_content))
    response.close()
    return response["Content-Disposition"], pages(content)


def test_a_province_downloads_its_own_workbook(november: Path, beijing_supervisor: Staff) -> None:
    name, file = exporting.workbook_for(Sheet.objects.get(period="2026-11"), beijing_supervisor)
    with file:
        assert name == "110000-北京市-2026-11.xlsx"
        assert file.read() == (november / name).read_bytes()


def test_the_nation_downloads_the_national_workbook(month: ReturnedMonth, national_operator: Staff) -> None:
    disposition, held = downloaded("2026-11", national_operator)
    assert "clearing-2026-11.xlsx" in disposition
    assert list(held) == ["附件14", "清算明细"]


def test_areas_and_institutions_have_no_part_of_the_sheet(month: ReturnedMonth, home_clerk: Staff) -> None:
    with pytest.raises(Refused, match="由省级和国家级经办机构导出"):
        exporting.workbook_for(Sheet.objects.get(period="2026-11"), home_clerk)
