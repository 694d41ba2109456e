"""A workbook as a clerk prints it: title, header, figures with two places, totals; the same content, the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

MONEY = "#,##0.00"
COUNT = "#,##0"
CREATOR = "跨省异地就医直接结算经办门户"
A4 = 9
NARROWEST, WIDEST = 8, 40

_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font": Font(bold=True, size=16), "alignment": Alignment(horizontal="center")},
    "text": {},
    "header": {
        "font": Font(bold=True), "fill": PatternFill("solid", fgColor="E8EEF7"), "border": _BOX,
        "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    },
    "body": {"border": _BOX},
    "foot": {"font": Font(bold=True), "border": _BOX},
}  # fmt: skip
_FORMATS = {Decimal: MONEY, int: COUNT}
_ZIPPED_ON = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name: a file tells nothing of when it was written


class Book:
    """A workbook that is written as it grows and saved once."""

    def __init__(self, title: str, dated: date) -> None:
        self._book = Workbook(write_only=True)
        properties = self._book.properties
        properties.creator, properties.title = CREATOR, title
        properties.created = properties.modified = datetime(dated.year, dated.month, dated.day)  # noqa: DTZ001

    def page(self, name: str, widths: Sequence[int]) -> "Page":
        """A new page with the widths of its columns in characters."""
        return Page(self._book.create_sheet(name), widths)

    def save(self, file: IO[bytes]) -> None:
        ExcelWriter(self._book, _TimelessZip(file, "w", ZIP_DEFLATED, allowZip64=True)).save()


class Page:
    """A page of a workbook: landscape, one page wide, its heading repeated on every printed page."""

    def __init__(self, sheet: Any, widths: Sequence[int]) -> None:
        self._sheet, self._columns, self._row, self._head = sheet, len(widths), 0, 0
        self._styles: dict[tuple[str, type], Any] = {}
        sheet.merged_cells = self._merged = []
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = min(max(width, NARROWEST), WIDEST)

    def head(self, title: str, about: Sequence[str], *headers: Sequence[str]) -> None:
        """The title, lines about it, and the header rows; called before anything else is written.

        Of two header rows the upper names groups: an empty cell there belongs to the group on its left.
        """
        rows = 1 + len(about) + len(headers)
        self._sheet.print_title_rows = f"1:{rows}"
        self._sheet.freeze_panes = f"A{rows + 1}"
        self.text(title, look="title")
        for line in about:
            self.text(line)
        for header in headers:
            self.header(header)
        self._head = self._row
        for first, last in _groups(headers[0]) if len(headers) > 1 else ():
            self._merge(self._row - len(headers) + 1, first, last)

    def text(self, words: str, *, look: str = "text") -> None:
        """A line of words across the page."""
        self._append([words], look)
        self._merge(self._row, 1, self._columns)

    def header(self, cells: Sequence[str]) -> None:
        """The header of a further table on the page."""
        self._append(cells, "header")

    def rows(self, rows: Iterable[Sequence[Any]]) -> int:
        """The body, row by row; how many there were."""
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007
            self._append(row, "body")
        return count

    def filtered(self) -> None:
        """Let the rows written so far be filtered by what stands in their columns; the totals below stay."""
        self._sheet.auto_filter.ref = f"A{self._head}:{get_column_letter(self._columns)}{self._row}"

    def foot(self, row: Sequence[Any]) -> None:
        """A row of totals."""
        self._append(row, "foot")

    def _merge(self, row: int, first: int, last: int) -> None:
        if last > first:
            self._merged.append(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")

    def _append(self, row: Sequence[Any], look: str) -> None:
        self._row += 1
        self._sheet.append([self._cell(value, look) for value in row])

    def _cell(self, value: Any, look: str) -> WriteOnlyCell:
        text = isinstance(value, str)
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("", value) if text else value)
        if text:
            cell.data_type = "s"  # a name that begins with = is a name
        kind = (look, type(value))
        if kind not in self._styles:
            cell.number_format = _FORMATS.get(type(value), "General")
            for name, part in _LOOKS[look].items():
                setattr(cell, name, part)
            self._styles[kind] = cell._style  # made once for each kind of cell: styles are what costs time
        cell._style = self._styles[kind]
        return cell


def _groups(cells: Sequence[str]) -> Iterable[tuple[int, int]]:
    """The first and last column of every named group."""
    starts = [number for number, words in enumerate(cells, start=1) if words]
    return zip(starts, [*(start - 1 for start in starts[1:]), len(cells)], strict=True)


class _TimelessZip(ZipFile):
    """A zip whose entries all carry the same moment."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        super().writestr(_entry(str(zinfo_or_arcname)), data, *args, **kwargs)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        with open(filename, "rb") as source, self.open(_entry(str(arcname)), "w", force_zip64=True) as target:  # noqa: PTH123
            while piece := source.read(1 << 20):
                target.write(piece)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _ZIPPED_ON)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
