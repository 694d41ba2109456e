"""Tables on a page: rows of plain values that the template shows rightly, amounts to the right and to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from common import scope

Cells = Sequence[Any]


@dataclass(frozen=True)
class Link:
    """Text that leads somewhere; plain text where there is nowhere to go."""

    text: Any
    url: str = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Mark:
    """A status as a coloured mark: success, info, warning, danger or plain."""

    text: str
    kind: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Story:
    """Text that opens to a list of lines."""

    text: str
    lines: Sequence[tuple[str, str]]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Row:
    """One row; ``kind`` is what is special about it: total, returned, reversed."""

    cells: Cells
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A titled table; ``groups`` is a second header line above the first: text and how many columns it spans."""

    template: ClassVar[str] = "common/table.html"

    title: str
    headers: Sequence[str]
    rows: Sequence[Row | Cells]
    foot: Sequence[Row | Cells] = ()
    groups: Sequence[tuple[str, int]] = ()
    note: str = ""
    empty: str = "没有记录。"
    more: Link | None = None
    numbers: Sequence[int] = field(default=())  # columns set to the right though their header stands above text
    beside: bool = False  # two tables stand side by side where there is room
    kind: str = ""  # danger: what has to be seen first
    anchor: str = ""  # the name by which a link on the same page finds it

    def body(self) -> list[Row]:
        """The rows with their kind."""
        return [row if isinstance(row, Row) else Row(row) for row in self.rows]

    def totals(self) -> list[Row]:
        """The rows at the foot."""
        return [row if isinstance(row, Row) else Row(row, "total") for row in self.foot]


def page_link(request: Any, record: Model | None, text: Any = None) -> Link | str:
    """A link to the record's page, or its text alone where this person may not open it."""
    if record is None:
        return ""
    shown = record if text is None else text
    meta = record._meta
    if not request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return str(shown)
    if not scope.sees(request.user, record):
        return str(shown)
    return Link(shown, reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk]))


def list_link(model: type[Model], text: Any, **conditions: Any) -> Link:
    """A link to the model's list with these conditions."""
    meta = model._meta
    plain = {name: int(value) if isinstance(value, bool) else value for name, value in conditions.items()}
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return Link(text, f"{url}?{urlencode(plain)}")


def counted(request: Any, model: type[Model], number: Any, **conditions: Any) -> Any:
    """A number that leads to the rows it counts; the number alone where there are none, or this person may not list them."""
    if not number:
        return number
    meta = model._meta
    may = request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    return list_link(model, number, **conditions) if may else number


def period_of(start: date, end: date | None) -> str:
    """A span of days as a clerk reads it."""
    return f"{start} 至 {end or '长期'}"
