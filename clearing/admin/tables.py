"""Annexes 14, 14-1 and 14-7 as tables on a page."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse

from clearing.enums import ConfirmationStatus
from clearing.models import ProvinceSheet, Sheet, SheetRow, paid_by, paid_to, payer_and_payee
from common.admin import Link, Mark, Row, Table, page_link
from common.money import ZERO
from registry.enums import Insurance
from settlement.admin.lines import FIGURES

CONFIRMATION = {ConfirmationStatus.PENDING: "warning", ConfirmationStatus.CONFIRMED: "success"}


def national_table(request: HttpRequest, sheet: Sheet) -> Table:
    """Annex 14: what each of the provinces pays and receives, gross, by insurance; both sides foot to the same."""
    payable, receivable, visits = _by_province(sheet)
    rows, totals = [], [ZERO] * 6
    for number, part in enumerate(sheet.provinces.select_related("province").order_by("province"), start=1):
        figures = [*_split(payable[part.province_id]), *_split(receivable[part.province_id])]
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        status = Mark(part.get_status_display(), CONFIRMATION[ConfirmationStatus(part.status)])
        name = page_link(request, part, part.province.name)
        rows.append(Row([str(number), name, *figures, visits[part.province_id], status]))
    foots = "应付合计＝应收合计" if totals[2] == totals[5] else f"应付与应收相差 {totals[2] - totals[5]}"
    foot = [
        ["", "全国合计", *totals, sum(visits.values()), Mark(foots, "success" if totals[2] == totals[5] else "danger")]
    ]
    kinds = ["职工", "居民", "合计"]
    return Table(
        "全国跨省异地就医费用清算表（附件14）",
        ["序号", "省份", *kinds, *kinds, "人次", "确认状态"],
        rows,
        foot,
        groups=[("", 2), ("应付（元）", 3), ("应收（元）", 3), ("", 2)],
        note="全额清算，付收分列；人次按应付方统计。",
        numbers=tuple(range(2, 9)),
    )


def pairs_table(part: ProvinceSheet, *, paying: bool) -> Table:
    """Annex 14-1 (payable) or 14-7 (receivable): the province's pairs by insurance, ``*`` beside returned ones."""
    side = paid_by(part.province_id) if paying else paid_to(part.province_id)
    found = SheetRow.objects.filter(side, sheet=part.sheet_id).select_related("home", "host")
    names: dict[str, str] = {}
    pairs: dict[tuple[str, bool, str], list[SheetRow]] = defaultdict(list)
    for row in found.order_by("returned", "insurance", "service"):
        other = row.host if row.home_id == part.province_id else row.home
        names[other.pk] = other.name
        pairs[other.pk, row.returned, row.insurance].append(row)
    rows = [
        Row(
            [f"{names[other]}{'*' if returned else ''}", Insurance(insurance).label, *_sums(held), _services(held)],
            "returned" if returned else "",
        )
        for (other, returned, insurance), held in sorted(pairs.items())
    ]
    foot = _totals([row for held in pairs.values() for row in held]) if rows else []
    title = "应付明细（附件14-1）" if paying else "应收明细（附件14-7）"
    other, owed = ("就医省", "应付金额") if paying else ("参保省", "应收金额")
    headers = [other, "险种", "人次", "医疗费总额", "基金支付", "个人账户支付", "审核扣款", owed, "按业务类型查看"]
    return Table(title, headers, rows, foot, note="单位：元；* 为返还。", numbers=tuple(range(2, 8)))


def _by_province(sheet: Sheet) -> tuple[Any, Any, dict[str, int]]:
    payable: dict[str, dict[str, Decimal]] = defaultdict(dict)
    receivable: dict[str, dict[str, Decimal]] = defaultdict(dict)
    visits: dict[str, int] = defaultdict(int)
    for pair in _pairs(sheet):
        ends = payer_and_payee(pair["home_id"], pair["host_id"], pair["returned"])
        for end, side in zip(ends, (payable, receivable), strict=True):
            side[end][pair["insurance"]] = side[end].get(pair["insurance"], ZERO) + pair["owed"]
        visits[ends[0]] += pair["count"]
    return payable, receivable, visits


def _pairs(sheet: Sheet) -> QuerySet[Any, dict[str, Any]]:
    keys = sheet.rows.order_by().values("home_id", "host_id", "insurance", "returned")
    return keys.annotate(owed=Sum("amount"), count=Sum("visits"))


def _split(by_insurance: dict[str, Decimal]) -> list[Decimal]:
    parts = [by_insurance.get(insurance, ZERO) for insurance in Insurance.values]
    return [*parts, sum(parts, ZERO)]


def _sums(rows: Iterable[SheetRow]) -> list[Any]:
    held = list(rows)
    return [sum(getattr(row, figure) for row in held) for figure in FIGURES]


def _services(rows: list[SheetRow]) -> list[Link]:
    url = "admin:clearing_sheetrow_change"
    return [Link(f"{row.get_service_display()} {row.visits}", reverse(url, args=[row.pk])) for row in rows]


def _totals(rows: list[SheetRow]) -> list[list[Any]]:
    by_insurance = [(kind.label, [row for row in rows if row.insurance == kind]) for kind in Insurance]
    lines = [["小计", label, *_sums(held), ""] for label, held in by_insurance if held]
    return [*lines, ["合计", "", *_sums(rows), ""]]
