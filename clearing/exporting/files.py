"""The files of a month: written beside their final name and put in place whole, or handed to one office alone."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse

from clearing.exporting import annexes, document, papers
from clearing.exporting.annexes import Names
from clearing.exporting.book import Book
from clearing.exporting.details import FundDetail, funds_by_payer
from clearing.exporting.figures import Figures, ProvinceTotal, figures_of, snapshot
from clearing.models import Notice, ProvinceSheet, Sheet
from common import scope
from common.dates import Month
from common.transitions import Refused
from registry.enums import Insurance

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_json(period: Month, directory: Path, *, draft: bool = False) -> list[Path]:
    """``clearing-2026-09.json`` by the contract; the files written. Raises ``Refused`` and then leaves no file."""
    _require(directory)
    with snapshot():
        figures = figures_of(period, draft=draft)
        path = directory / f"clearing-{period}.json"
        with _whole(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
            document.write(figures, file)
    return [path]


def write_xlsx(period: Month, directory: Path, *, draft: bool = False) -> list[Path]:
    """``clearing-2026-09.xlsx`` for the nation and a workbook for each of the 32 provinces."""
    _require(directory)
    names = Names()
    with snapshot():
        figures = figures_of(period, draft=draft)
        paths = [directory / f"{name_of(figures)}.xlsx"]
        with _whole(paths[0]) as part, part.open("wb") as file:
            national_book(figures, names).save(file)
        for province, details in _with_details(figures):
            paths.append(directory / f"{name_of(figures, province)}.xlsx")
            with _whole(paths[-1]) as part, part.open("wb") as file:
                province_book(figures, province.code, details, names).save(file)
    return paths


WRITERS: dict[str, Callable[..., list[Path]]] = {"json": write_json, "xlsx": write_xlsx}


def workbook_for(sheet: Sheet, staff: Any) -> tuple[str, IO[bytes]]:
    """The workbook this person's office may have, and its name: the nation's, or the own province's.

    Raises ``Refused`` for everybody else: areas and institutions have no part of the sheet.
    """
    own = scope.visible(sheet.provinces.all(), staff).values_list("province", flat=True).first()
    if staff.sees_the_nation:
        return _held(sheet, None)
    if own is None:
        raise Refused("清算表由省级和国家级经办机构导出。", field="agency", remedy="请联系省级经办机构。")
    return _held(sheet, own)


def respond(sheet: Sheet, staff: Any) -> FileResponse:
    """The same as an answer to a download."""
    return _answer(*workbook_for(sheet, staff))


def respond_part(part: ProvinceSheet, staff: Any) -> FileResponse:
    """The workbook of one province as an answer to a download; raises ``Refused`` where the part may not be seen."""
    if not scope.sees(staff, part):
        raise Refused("分省清算表由本省和国家级经办机构导出。", field="agency", remedy="请联系该省经办机构。")
    return _answer(*_held(part.sheet, part.province_id))


def respond_notice(notice: Notice, staff: Any) -> FileResponse:
    """One notice as an answer to a download; raises ``Refused`` where it may not be seen."""
    if not scope.sees(staff, notice):
        raise Refused("通知书由收付款省份和国家级经办机构导出。", field="agency", remedy="请联系该省经办机构。")
    with snapshot():
        figures = figures_of(Month.parse(notice.sheet.period))
        book = Book(f"通知书 {notice.number}", figures.dated)
        papers.notice_page(book, notice, figures, Names())
    return _answer(f"{notice.number}.xlsx", _saved(book))


def name_of(figures: Figures, province: ProvinceTotal | None = None) -> str:
    """What the workbook is called, without its ending."""
    return f"{province.code}-{province.name}-{figures.period}" if province else f"clearing-{figures.period}"


def national_book(figures: Figures, names: Names) -> Book:
    """Annex 14 and every row of the sheet."""
    book = Book(f"{figures.period} 期全国跨省异地就医费用清算表", figures.dated)
    annexes.national_page(book, figures)
    annexes.rows_page(book, figures, names)
    return book


def province_book(figures: Figures, province: str, details: list[FundDetail], names: Names) -> Book:
    """Annexes 14-1 to 14-7 of a province, and its notices where they are out."""
    book = Book(f"{names.province(province)} {figures.period} 期跨省异地就医费用清算表", figures.dated)
    annexes.pairs_page(book, figures, province, names, paying=True)
    for insurance in Insurance:
        annexes.funds_page(book, figures, province, names, insurance, details)
    for kind in (None, *Insurance):
        annexes.deductions_page(book, figures, province, names, kind)
    annexes.pairs_page(book, figures, province, names, paying=False)
    papers.notice_pages(book, figures, province, names)
    return book


def _held(sheet: Sheet, code: str | None) -> tuple[str, IO[bytes]]:
    with snapshot():
        figures, names = figures_of(Month.parse(sheet.period)), Names()
        province = next((total for total in figures.provinces if total.code == code), None)
        if province is None:
            book = national_book(figures, names)
        else:
            details = [detail for _, held in funds_by_payer(figures, province.code) for detail in held]
            book = province_book(figures, province.code, details, names)
    return f"{name_of(figures, province)}.xlsx", _saved(book)


def _saved(book: Book) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return file


def _answer(name: str, file: IO[bytes]) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _with_details(figures: Figures) -> Iterator[tuple[ProvinceTotal, list[FundDetail]]]:
    """Each province with its details: both come in the order of the codes, and one province is held at a time."""
    payers = funds_by_payer(figures)
    payer, details = next(payers, ("", []))
    for province in figures.provinces:
        if payer == province.code:
            yield province, details
            payer, details = next(payers, ("", []))
        else:
            yield province, []


def _require(directory: Path) -> None:
    if not directory.is_dir():
        raise Refused(f"目录 {directory} 不存在。", field="out", remedy="请先建立目录，或改用 --out 指定其他目录。")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file to write into that takes its name when it is whole, and is gone where it never was."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
