"""The nation's page: what each province owes and is owed, who has confirmed, whose statements are open."""

from collections import defaultdict

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from clearing.enums import ConfirmationStatus
from clearing.models import ProvinceSheet, Sheet
from common.admin import Row, Table, counted, list_link, page_link
from common.charts import Bar, Chart
from common.dates import Month
from common.money import ZERO
from config.admin.home.cards import Card
from config.admin.home.operations import FAILED
from config.admin.home.province import AGREED, confirmation
from registry.enums import RegionLevel
from registry.models import Region
from settlement.models import Statement
from settlement.statements import OPEN

PROVINCES_SHOWN = 8

Counts = dict[str, dict[str, int]]  # by province and status


def latest_sheets() -> list[ProvinceSheet]:
    """The provinces' parts of the latest sheet."""
    latest = Sheet.objects.order_by("-period").values("pk")[:1]
    return list(ProvinceSheet.objects.filter(sheet__in=latest).select_related("sheet", "province").order_by("province"))


def statement_counts(month: Month) -> Counts:
    """The statements declared for the month, by the province where people were treated."""
    counts: Counts = defaultdict(lambda: defaultdict(int))
    declared = Statement.objects.filter(declared_period=str(month)).order_by().values("host_province", "status")
    for line in declared.annotate(n=Count("pk")):
        counts[line["host_province"]][line["status"]] = line["n"]
    return counts


def cards(sheets: list[ProvinceSheet], counts: Counts, month: Month, failed: int) -> list[Card]:
    """The nation in four numbers: what is cleared, who has not confirmed, what is not agreed, what failed."""
    shown = [Card("失败的作业", failed, "个", "danger", f"#{FAILED}" if failed else "")]
    unagreed = sum(_among(by_status, OPEN) for by_status in counts.values())
    link = list_link(Statement, "", declared_period=month, status__in=",".join(OPEN))
    shown.append(Card(f"{month} 期对账单未确认", unagreed, "份", "warning", link.url))
    if sheets:
        sheet = sheets[0].sheet
        pending = [part for part in sheets if part.status == ConfirmationStatus.PENDING]
        link = list_link(ProvinceSheet, "", sheet__period=sheet.period, status__exact=ConfirmationStatus.PENDING.value)
        shown.append(Card(f"{sheet.period} 期清算表未确认", len(pending), "个省份", "warning", link.url))
        shown.append(Card(f"{sheet.period} 期清算金额", sheet.amount, "元", url=_page(sheet)))
    return shown


def panels(request: HttpRequest, sheets: list[ProvinceSheet], counts: Counts, month: Month) -> list[Table | Chart]:
    """The largest payers and payees, who is behind with statements, and all provinces."""
    return [
        _largest(request, sheets, "应付最多的省份", "payable"),
        _largest(request, sheets, "应收最多的省份", "receivable"),
        *_behind(counts, month),
        _provinces(request, sheets, counts, month),
    ]


def _largest(request: HttpRequest, sheets: list[ProvinceSheet], title: str, name: str) -> Chart:
    ordered = sorted((part for part in sheets if getattr(part, name)), key=lambda part: -getattr(part, name))
    bars = [
        Bar(part.province.name, getattr(part, name), getattr(page_link(request, part), "url", ""))
        for part in ordered[:PROVINCES_SHOWN]
    ]
    period = f"{sheets[0].sheet.period} 期" if sheets else ""
    return Chart(f"{period}{title}", bars, "元", empty="还没有清算表。")


def _behind(counts: Counts, month: Month) -> list[Chart]:
    """The provinces with most statements still to agree, as part of all they have."""
    names = dict(_regions())
    behind = {code: _among(by_status, OPEN) for code, by_status in counts.items()}
    ordered = sorted((code for code, count in behind.items() if count), key=lambda code: (-behind[code], code))
    bars = [
        Bar(
            names.get(code, code),
            behind[code],
            list_link(
                Statement, "", declared_period=month, host_province__code__exact=code, status__in=",".join(OPEN)
            ).url,
            whole=sum(counts[code].values()),
            kind="warning",
        )
        for code in ordered[:PROVINCES_SHOWN]
    ]
    return [Chart(f"{month} 期对账单未确认最多的省份", bars, "份", note="未确认 / 全部")] if bars else []


def _provinces(request: HttpRequest, sheets: list[ProvinceSheet], counts: Counts, month: Month) -> Table:
    """Every province on one line: the latest sheet, and how its statements of the month stand."""
    parts = {part.province_id: part for part in sheets}
    rows = []
    for code, name in _regions():
        part = parts.get(code)
        figures = [part.payable, part.receivable, confirmation(part)] if part else ["", "", ""]
        agreed, unagreed = (_count(request, counts, code, month, statuses) for statuses in (AGREED, OPEN))
        rows.append(Row([page_link(request, part, name) if part else name, *figures, agreed, unagreed]))
    totals = [sum((getattr(part, side) for part in sheets), ZERO) for side in ("payable", "receivable")]
    settled, open_ones = (sum(_among(each, statuses) for each in counts.values()) for statuses in (AGREED, OPEN))
    period = f"{sheets[0].sheet.period} 期清算（元）" if sheets else "还没有清算表"
    return Table(
        "各省清算与对账", ["省份", "应付", "应收", "确认", "已确认", "未确认"], rows,
        [["全国合计", *totals, "", settled, open_ones]] if sheets or counts else [],
        groups=[("", 1), (period, 3), (f"{month} 期对账单（就医省，份）", 2)], numbers=(1, 2, 4, 5),
    )  # fmt: skip


def _count(request: HttpRequest, counts: Counts, code: str, month: Month, statuses: tuple[str, ...]) -> object:
    number = _among(counts.get(code, {}), statuses)
    conditions = {"declared_period": month, "host_province__code__exact": code, "status__in": ",".join(statuses)}
    return counted(request, Statement, number, **conditions)


def _among(by_status: dict[str, int], statuses: tuple[str, ...]) -> int:
    return sum(by_status.get(status, 0) for status in statuses)


def _regions() -> list[tuple[str, str]]:
    provinces = Region.objects.filter(level=RegionLevel.PROVINCE, valid_until=None).order_by("code")
    return list(provinces.values_list("code", "name"))


def _page(sheet: Sheet) -> str:
    return reverse("admin:clearing_sheet_change", args=[sheet.pk])
