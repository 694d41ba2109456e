"""Annex 14 for the nation, 14-1 to 14-7 for a province, page by page."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from clearing.enums import ConfirmationStatus
from clearing.exporting.book import Book
from clearing.exporting.details import FundDetail, deductions_of
from clearing.exporting.figures import DRAFT_LABEL, Figures
from clearing.models import SheetRow
from common.money import ZERO
from registry.enums import Insurance, Service
from registry.models import PoolingArea, Region

RETURNED = "*"
AMOUNTS = ("total", "fund", "account", "deducted", "amount")
NOTE = "* 为返还（规程第五十一条）。全额清算，付收分列。"


@dataclass(frozen=True)
class Names:
    """The names of provinces and pooling areas."""

    @cached_property
    def provinces(self) -> dict[str, str]:
        return dict(Region.objects.filter(level="province").values_list("code", "name"))

    @cached_property
    def areas(self) -> dict[str, str]:
        return dict(PoolingArea.objects.values_list("code", "name"))

    def province(self, code: str, *, returned: bool = False) -> str:
        """The province's name, with ``*`` beside it where money is returned (article 51)."""
        return f"{self.provinces[code]}{RETURNED if returned else ''}"


def about(figures: Figures) -> str:
    """The line under every title: which sheet this is."""
    number = f"　编号：{figures.sheet.number}" if figures.sheet else ""
    generated = f"　生成日：{figures.generated_on}" if figures.generated_on else ""
    return f"清算期：{figures.period}{number}{generated}　状态：{figures.status_label}　单位：元"


# Annex 14


def national_page(book: Book, figures: Figures) -> None:
    """Annex 14: what each province pays and receives, gross; both sides foot to the same."""
    page = book.page("附件14", (6, 18, *(16,) * 6, *(10,) * 4, 12))
    kinds = (*(f"{insurance.label}" for insurance in Insurance), "合计")
    groups = ("", "", "应付", "", "", "应收", "", "", "人次", "", "", "", "")
    services = [service.label for service in Service]
    page.head(
        "全国跨省异地就医费用清算表（附件14）", [about(figures), NOTE], groups,
        ("序号", "省份", *kinds, *kinds, *services, "确认状态"),
    )  # fmt: skip
    confirmed = _confirmations(figures)
    totals: list[Any] = [ZERO] * 6 + [0] * len(services)
    for number, province in enumerate(figures.provinces, start=1):
        paid = figures.of_payer(province.code)
        line = [*_by_insurance(paid), *_by_insurance(figures.of_payee(province.code)), *_visits(paid)]
        totals = [total + figure for total, figure in zip(totals, line, strict=True)]
        page.rows([[number, province.name, *line, confirmed.get(province.code, DRAFT_LABEL)]])
    foots = "应付＝应收" if totals[2] == totals[5] else "应付≠应收"
    page.foot(["", "全国合计", *totals, foots])


def rows_page(book: Book, figures: Figures, names: Names) -> None:
    """Every row of the sheet, with the control figures they are checked by."""
    page = book.page("清算明细", (6, 16, 16, 10, 12, 22, 10, *(16,) * 5))
    page.head(
        f"{figures.period} 期跨省异地就医清算明细", [about(figures), NOTE],
        ("序号", "参保省", "就医省", "险种", "业务类型", "包含费用月份", "人次", "医疗费总额", "基金支付",
         "个人账户支付", "审核扣款", "清算金额"),
    )  # fmt: skip
    page.rows(_row_lines(figures.rows, names))
    page.filtered()
    page.foot(["", "合计", "", "", "", "", *sums(figures.rows)])
    page.text(f"明细摘要（SHA-256）：{figures.control.sha256}")


def _row_lines(rows: Sequence[SheetRow], names: Names) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, start=1):
        # On an ordinary row the home pays, on a returned one the host: the star stands beside who is paid back.
        home, host = names.province(row.home_id, returned=row.returned), names.province(row.host_id)
        kinds = (row.get_insurance_display(), row.get_service_display(), "、".join(row.months))
        yield [number, home, host, *kinds, *sums([row])]


def _confirmations(figures: Figures) -> dict[str, str]:
    if figures.sheet is None:
        return {}
    labels = {status.value: str(status.label) for status in ConfirmationStatus}
    return {code: labels[status] for code, status in figures.sheet.provinces.values_list("province", "status")}


def _by_insurance(rows: Sequence[SheetRow]) -> list[Decimal]:
    parts = [sum((row.amount for row in rows if row.insurance == insurance), ZERO) for insurance in Insurance.values]
    return [*parts, sum(parts, ZERO)]


def _visits(rows: Sequence[SheetRow]) -> list[int]:
    return [sum(row.visits for row in rows if row.service == service) for service in Service.values]


def sums(rows: Iterable[SheetRow]) -> list[Any]:
    """Visits and amounts of the rows together."""
    held = list(rows)
    return [
        sum(row.visits for row in held),
        *(sum((getattr(row, name) for row in held), ZERO) for name in AMOUNTS),
    ]


# Annexes 14-1 and 14-7


def pairs_page(book: Book, figures: Figures, province: str, names: Names, *, paying: bool) -> None:
    """Annex 14-1 (payable) or 14-7 (receivable): province by province, the insurances side by side."""
    annex, side = ("14-1", "应付") if paying else ("14-7", "应收")
    rows = figures.of_payer(province) if paying else figures.of_payee(province)
    page = book.page(f"{annex} {side}", (6, 16, *(8, 15, 15, 13, 13, 15) * 2, 8, 15))
    labels = ("人次", "医疗费总额", "基金支付", "个人账户支付", "审核扣款", f"{side}金额")
    groups = ("", "", *(cell for insurance in Insurance for cell in (insurance.label, "", "", "", "", "")), "合计", "")
    page.head(
        f"{names.province(province)}跨省异地就医{side}医疗费用清算表（附件{annex}）", [about(figures), NOTE], groups,
        ("序号", "对方省份", *labels, *labels, "人次", f"{side}金额"),
    )  # fmt: skip
    pairs: dict[tuple[bool, str], list[SheetRow]] = defaultdict(list)
    for row in rows:
        pairs[row.returned, row.payee_id if paying else row.payer_id].append(row)
    for number, ((returned, code), held) in enumerate(sorted(pairs.items(), key=lambda pair: pair[0]), start=1):
        page.rows([[number, names.province(code, returned=returned), *_side_by_side(held)]])
    page.foot(["", "合计", *_side_by_side(rows)])


def _side_by_side(rows: Sequence[SheetRow]) -> list[Any]:
    parts = [figure for kind in Insurance.values for figure in sums(row for row in rows if row.insurance == kind)]
    visits, *_, amount = sums(rows)
    return [*parts, visits, amount]


# Annexes 14-2 and 14-3


def funds_page(
    book: Book, figures: Figures, province: str, names: Names, insurance: Insurance, details: Iterable[FundDetail]
) -> None:
    """Annex 14-2 (employees) or 14-3 (residents): which fund of which area owes what, by province and service."""
    annex = "14-2" if insurance == Insurance.EMPLOYEE else "14-3"
    page = book.page(f"{annex} {insurance.label}明细", (6, 16, 18, 12, 8, *(15,) * 10))
    page.head(
        f"{names.province(province)}跨省异地就医{insurance.label}基金应付明细表（附件{annex}）",
        [about(figures), f"{NOTE}审核扣款前；扣款见附件14-4至14-6。"],
        ("序号", "对方省份", "本省统筹区", "业务类型", "人次", "医疗费总额", "统筹基金", "大额/大病", "公务员补助",
         "企业补充", "医疗救助", "其他支出", "基金合计", "个人账户支付", "扣款前合计"),
    )  # fmt: skip
    held = [detail for detail in details if detail.insurance == insurance]
    page.rows(_fund_lines(held, names))
    page.filtered()
    page.foot(["", "合计", "", "", *(sum(column, start) for column, start in _fund_columns(held))])


def _fund_lines(details: Sequence[FundDetail], names: Names) -> Iterator[list[Any]]:
    services = {service.value: service.label for service in Service}
    for number, detail in enumerate(details, start=1):
        other = names.province(detail.counterpart, returned=detail.returned)
        area = names.areas.get(detail.area, detail.area)
        yield [number, other, area, services[detail.service], *_fund_figures(detail)]


def _fund_figures(detail: FundDetail) -> tuple[Any, ...]:
    return (*detail[FundDetail._fields.index("visits") :], detail.fund + detail.account)


def _fund_columns(details: Sequence[FundDetail]) -> Iterator[tuple[list[Any], Any]]:
    figures = [_fund_figures(detail) for detail in details]
    for place in range(len(FundDetail._fields) - FundDetail._fields.index("visits") + 1):
        yield [line[place] for line in figures], ZERO if place else 0


# Annexes 14-4, 14-5 and 14-6


def deductions_page(book: Book, figures: Figures, province: str, names: Names, insurance: Insurance | None) -> None:
    """Annex 14-4 (all), 14-5 (employees) or 14-6 (residents): what audits took off, institution by institution."""
    annex = {None: "14-4", Insurance.EMPLOYEE: "14-5", Insurance.RESIDENT: "14-6"}[insurance]
    label = insurance.label if insurance else "医保"
    page = book.page(f"{annex} {insurance.label if insurance else ''}扣款", (6, 16, 16, 32, 10, 12, 10, 12, 16))
    page.head(
        f"{names.province(province)}跨省异地就医{label}基金审核扣款明细表（附件{annex}）", [about(figures), NOTE],
        ("序号", "就医省", "医疗机构编码", "医疗机构名称", "对账期", "费用所属月", "险种", "业务类型", "扣款金额"),
    )  # fmt: skip
    rows = [row for row in figures.rows if row.home_id == province and row.deducted]
    total = sum((row.deducted for row in rows if insurance in (None, row.insurance)), ZERO)
    if total:
        page.rows(_deduction_lines(figures, province, names, insurance))
        page.filtered()
    page.foot(["", "合计", "", "", "", "", "", "", total])


def _deduction_lines(figures: Figures, province: str, names: Names, insurance: Insurance | None) -> Iterator[list[Any]]:
    lines = deductions_of(figures, province, insurance).iterator(chunk_size=2000)
    for number, line in enumerate(lines, start=1):
        statement = line.statement
        yield [
            number, names.province(line.host_province_id, returned=line.returned), statement.institution_id,
            statement.institution.name, statement.period, line.settled_month, line.get_insurance_display(),
            line.get_service_display(), abs(line.deducted),
        ]  # fmt: skip
