"""A list as a file for Excel: streamed row by row, with the list's columns, numbers as numbers."""

import csv
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from import_export.fields import Field
from import_export.resources import DeclarativeMetaclass, Resource
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from common import workbook

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # without it Excel reads UTF-8 as GBK


def columns(model_admin: Any, names: Any) -> Resource:
    """The columns of the admin's list as a resource: their Chinese names, and how each value is had."""
    fields = {}
    for name in names:
        label = label_for_field(name, model_admin.model, model_admin)
        fields[str(name)] = Field(column_name=str(label), dehydrate_method=_reader(model_admin, name))
    return DeclarativeMetaclass("ListResource", (Resource,), fields)()


def respond(kind: str, title: str, resource: Resource, rows: QuerySet[Any], *, at: datetime) -> HttpResponseBase:
    """The file as an answer to a download, named after the list and the moment."""
    response = WRITERS[kind](resource, rows, title)
    name = f"{title}-{timezone.localtime(at):%Y%m%d-%H%M%S}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind}"
    return response


def lines(resource: Resource, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The header, then a line for each row, read from the database a piece at a time."""
    yield resource.get_export_headers()
    for record in resource.iter_queryset(rows):
        yield resource.export_resource(record)


def _csv(resource: Resource, rows: QuerySet[Any], title: str) -> HttpResponseBase:
    writer = csv.writer(_Echo())
    text = (writer.writerow([_unarmed(_as_text(value)) for value in line]) for line in lines(resource, rows))
    return StreamingHttpResponse(_with_bom(text), content_type="text/csv; charset=utf-8")


def _xlsx(resource: Resource, rows: QuerySet[Any], title: str) -> HttpResponseBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    workbook.save(lines(resource, rows), title, file)
    file.seek(0)
    return FileResponse(file, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


WRITERS: dict[str, Callable[[Resource, QuerySet[Any], str], HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx}


class _Echo:
    """What csv writes comes straight back."""

    def write(self, text: str) -> str:
        return text


def _with_bom(text: Iterator[str]) -> Iterator[str]:
    yield BOM
    yield from text


def _reader(model_admin: Any, name: str) -> Callable[[Any], Any]:
    """What reads the value from a record: a function, for a resource copies whatever else its fields hold."""
    return lambda record: _value(model_admin, name, record)


def _value(model_admin: Any, name: str, record: Any) -> Any:
    """One value, as the list means it."""
    try:
        field, _, value = lookup_field(name, record, model_admin)
    except ObjectDoesNotExist:
        return ""
    if field is not None and getattr(field, "flatchoices", None):
        value = dict(field.flatchoices).get(value, value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """A number, a day or a moment as it is, everything else as text."""
    if isinstance(value, tuple):  # a coloured mark: its kind and its text
        value = value[-1]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)  # a spreadsheet knows no time zone
    if isinstance(value, int | Decimal | date):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", strip_tags(str(value)))


def _as_text(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _unarmed(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, made harmless."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
