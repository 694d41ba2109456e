"""The rows where an invariant is broken, as a clerk reads them: words for codes, and a link to what each row is about."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import Notice, ProvinceSheet, Sheet, SheetRow
from common import scope
from common.examinations import BookCheck
from common.tables import Link, Row, Table
from common.templatetags.portal import is_number
from config.books.examination import restored
from filings.enums import Category, Material
from filings.enums import Status as FilingStatus
from filings.models import Filing
from registry.enums import Insurance, Service
from registry.models import Institution, InsuredPerson, PoolingArea, Region
from settlement.enums import StatementStatus
from settlement.models import Settlement, Statement
from settlement.rules import kept

# Columns that name a record by its number, a sheet also by its period: the first kind that has one is opened.
BY_NUMBER: dict[str, tuple[type[Model], ...]] = {
    "结算编号": (Settlement,),
    "原结算编号": (Settlement,),
    "冲销编号": (Settlement,),
    "备案": (Filing,),
    "对账单": (Statement,),
    "清算表": (Sheet,),
    "文号": (Notice,),
    "清算期": (Sheet,),
    "业务编号": (Filing, Statement, ProvinceSheet, Sheet),
}
BY_KEY: dict[str, type[Model]] = {
    "人员": InsuredPerson,
    "清算明细": SheetRow,
    "医药机构": Institution,
    "参保省": Region,
    "就医省": Region,
    "省份": Region,
    "对方省份": Region,
    "参保地": PoolingArea,
    "就医地": PoolingArea,
}
_STATUSES = {
    str(value): str(label)
    for kind in (SheetStatus, ConfirmationStatus, StatementStatus, FilingStatus)
    for value, label in kind.choices
}
MEASURES = {  # what the yearly totals keep of a layer or a cap
    kept.BASE: "计算基数",
    kept.DEDUCTIBLE: "已承担起付线",
    kept.COST: "进入分段的费用",
    kept.PAID: "已支付",
    kept.LIMITED_COST: "计入限额的费用",
    kept.LIMITED_DEDUCTIBLE: "限额内起付线",
    kept.ADMISSIONS: "住院次数",
    kept.CAP_MEASURES["day"]: "日限额内已支付",
    kept.CAP_MEASURES["month"]: "月限额内已支付",
    kept.CAP_MEASURES["year"]: "年限额内已支付",
}
WORDS: dict[str, dict[str, str]] = {
    "险种": dict(Insurance.choices),
    "业务类型": dict(Service.choices),
    "备案类型": dict(Category.choices),
    "状态": _STATUSES,
    "办理记录": _STATUSES,
    "项目": MEASURES,
}
BETWEEN = "、"

Cell = Callable[[str, Any], Any]


def tables(request: HttpRequest, broken: Iterable[BookCheck]) -> list[Table]:
    """A table for each broken check; the records of all of them are found with one question for each kind."""
    held = list(broken)
    cell = _cells(request, held)
    return [_table(check, cell) for check in held]


def _table(check: BookCheck, cell: Cell) -> Table:
    if check.error:
        return Table(f"未能检查：{check.name}", ["错误"], [[check.error]], note=check.sentence)
    rows = [Row([cell(column, value) for column, value in zip(check.columns, row, strict=True)]) for row in check.rows]
    left = check.count - len(rows)
    more = Link(f"另有 {left} 处未列出；全部明细请在服务器上运行 check_books --rows {check.count}。") if left else None
    note = f"{check.sentence}（{check.article}）"
    title = f"{check.name}：不符 {check.count} 处"
    return Table(title, check.columns, rows, note=note, more=more, numbers=_numbers(check))


def _numbers(check: BookCheck) -> tuple[int, ...]:
    """The columns of figures; a key that stands for a record is none."""
    return tuple(
        place
        for place, column in enumerate(check.columns)
        if column not in BY_KEY and any(is_number(restored(row[place])) for row in check.rows)
    )


def _cells(request: HttpRequest, checks: list[BookCheck]) -> Cell:
    """What shows a value of a column."""
    numbers, keys = _named_in(checks)
    links = {
        (model, name): url for model, names in numbers.items() for name, url in _opened(request, model, names).items()
    }
    records = {model: _visible(request, model).in_bulk(wanted) for model, wanted in keys.items()}

    def numbered(column: str, number: str) -> Any:
        found = (links[model, number] for model in BY_NUMBER[column] if (model, number) in links)
        return Link(_plain_number(number), next(found, ""))

    def cell(column: str, value: Any) -> Any:
        if column in BY_NUMBER and isinstance(value, str):
            return [numbered(column, each) for each in value.split(BETWEEN)]
        if column in BY_KEY and value is not None:
            return _named(request, records[BY_KEY[column]].get(value), value)
        return _words(column, restored(value))

    return cell


def _named_in(checks: list[BookCheck]) -> tuple[dict[type[Model], set[str]], dict[type[Model], set[Any]]]:
    """The numbers and the keys that stand in the rows, by kind of record."""
    numbers: dict[type[Model], set[str]] = defaultdict(set)
    keys: dict[type[Model], set[Any]] = defaultdict(set)
    for check in checks:
        for column, value in (
            (name, value) for row in check.rows for name, value in zip(check.columns, row, strict=True)
        ):
            for model in BY_NUMBER.get(column, ()) if isinstance(value, str) else ():
                numbers[model] |= set(value.split(BETWEEN))
            if column in BY_KEY and value is not None:
                keys[BY_KEY[column]].add(value)
    return numbers, keys


def _visible(request: HttpRequest, model: type[Model]) -> Any:
    return scope.visible(model, request.user)


def _opened(request: HttpRequest, model: type[Model], names: set[str]) -> dict[str, str]:
    """The pages of the records with these numbers, as far as this person may open them."""
    if not _may_open(request, model):
        return {}
    fields = ("number", "period") if model is Sheet else ("number",)
    wanted = reduce(or_, (Q(**{f"{field}__in": names}) for field in fields))
    found = _visible(request, model).filter(wanted).values_list("pk", *fields)
    return {name: _page(model, key) for key, *known in found for name in known}


def _named(request: HttpRequest, record: Model | None, key: Any) -> Any:
    if record is None:
        return str(key)
    opens = isinstance(record, InsuredPerson | SheetRow | Institution) and _may_open(request, type(record))
    return Link(str(record), _page(type(record), record.pk)) if opens else str(record)


def _may_open(request: HttpRequest, model: type[Model]) -> bool:
    return bool(request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"))


def _page(model: type[Model], key: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])


def _plain_number(text: str) -> str:
    """A case that is gone has no number any more: the kind in words, and its key."""
    kind, _, key = text.partition(" ")
    try:
        return f"{apps.get_model(kind)._meta.verbose_name} {key}（已不存在）"
    except (LookupError, ValueError):
        return text


def _words(column: str, value: Any) -> Any:
    """A code in words, a day and a moment as they are written in Chinese."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y年%-m月%-d日 %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y年%-m月%-d日}"
    if column == "缺材料" and isinstance(value, str):
        for material in sorted(Material, key=len, reverse=True):
            value = value.replace(material.value, str(material.label))
    return WORDS.get(column, {}).get(value, value) if isinstance(value, str) else value
