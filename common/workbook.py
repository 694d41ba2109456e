"""A list as a workbook that a clerk can go on working with: header fixed and filtered, numbers and days as what they are."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

SHEET_ROWS = 1_000_000  # Excel holds 1 048 576
LOOKED_AT = 200  # rows by which the widths are chosen: they must stand in the file before the first row does
NARROWEST, WIDEST = 6, 60
LONGEST_TITLE = 31  # Excel's own limit
NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
FORMATS: dict[type, str] = {Decimal: "0.00", int: "0", date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", str: "@"}
LONGEST_CODE = 50  # what is longer is prose, which Excel shows as hashes where it is formatted as text


def save(lines: Iterator[Sequence[Any]], title: str, file: IO[bytes]) -> None:
    """Write the header and the lines into the file, a sheet for each million of them, a row at a time."""
    header = next(lines)
    book = Workbook(write_only=True)
    first = list(islice(lines, LOOKED_AT))
    widths = _widths([header, *first])
    rest, number = _chained(first, lines), 0
    while number == 0 or first:
        number += 1
        sheet = book.create_sheet(title_of(title, number))
        _Page(sheet, widths).write(header, islice(rest, SHEET_ROWS - 1))
        first = list(islice(rest, 1))
        rest = _chained(first, rest)
    book.save(file)


def title_of(text: str, number: int = 1) -> str:
    """What a sheet may be called; further ones are numbered."""
    turn = "" if number == 1 else f"（{number}）"
    plain = ILLEGAL_CHARACTERS_RE.sub("", text).translate(NOT_IN_TITLES).strip() or "列表"
    return plain[: LONGEST_TITLE - len(turn)] + turn


class _Page:
    """One sheet of the workbook."""

    def __init__(self, sheet: Any, widths: Sequence[int]) -> None:
        self._sheet, self._columns = sheet, len(widths)
        self._styles: dict[Any, Any] = {}
        sheet.freeze_panes = "A2"
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def write(self, header: Sequence[Any], lines: Iterator[Sequence[Any]]) -> None:
        """The header, the lines, and the filter over all of them."""
        self._sheet.append([self._cell(value, "header") for value in header])
        count = 1
        for count, line in enumerate(lines, start=2):  # noqa: B007
            self._sheet.append([self._cell(value, "body") for value in line])
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(max(self._columns, 1))}{count}"

    def _cell(self, value: Any, look: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # a name that begins with = is a name
        kind = (look, _format_of(value))
        if kind not in self._styles:
            cell.number_format = kind[1]
            cell.font = Font(bold=look == "header")
            self._styles[kind] = cell._style  # made once for each kind of cell: styles are what costs time
        cell._style = self._styles[kind]
        return cell


def _format_of(value: Any) -> str:
    if isinstance(value, str) and len(value) > LONGEST_CODE:
        return "General"
    return FORMATS.get(type(value), "General")


def _chained(first: list[Any], rest: Iterator[Any]) -> Iterator[Any]:
    yield from first
    yield from rest


def _widths(lines: Sequence[Sequence[Any]]) -> list[int]:
    """How wide each column must be for what is looked at, and a little room for the filter's arrow."""
    return [min(max(max(map(_width, column)) + 3, NARROWEST), WIDEST) for column in zip(*lines, strict=True)]


def _width(value: Any) -> int:
    """In characters; a Chinese one takes the room of two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in _as_shown(value))


def _as_shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)
