"""Annexes 15 and 16 as they are printed: who pays or receives what, in figures and in words, and into which accounts."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from clearing.enums import NoticeKind
from clearing.exporting.annexes import Names
from clearing.exporting.book import Book, Page
from clearing.exporting.figures import Figures
from clearing.models import Notice
from common.chinese_amount import chinese_amount
from common.money import ZERO
from registry.enums import Insurance
from registry.models import FiscalAccount

PAPERS = {
    NoticeKind.PAYMENT: ("附件15 付款通知书", "付款", "应付", "收款省份"),
    NoticeKind.RECEIPT: ("附件16 收款通知书", "收款", "应收", "付款省份"),
}


def notice_pages(book: Book, figures: Figures, province: str, names: Names) -> None:
    """A page for each notice of the province; the later ones, of rows confirmed late, are numbered."""
    if figures.sheet is None:
        return
    held = Notice.objects.filter(sheet=figures.sheet, province=province)
    for kind in PAPERS:
        for turn, notice in enumerate(held.filter(kind=kind).order_by("published_at", "number"), start=1):
            notice_page(book, notice, figures, names, turn)


def notice_page(book: Book, notice: Notice, figures: Figures, names: Names, turn: int = 1) -> None:
    """One notice as a page; ``turn`` tells later ones of the same kind apart."""
    page_name = PAPERS[NoticeKind(notice.kind)][0]
    page = book.page(page_name if turn == 1 else f"{page_name}（{turn}）", (8, 24, 24, 24, 32))
    _notice(page, notice, figures, names)


def _notice(page: Page, notice: Notice, figures: Figures, names: Names) -> None:
    annex, done, owed, other = PAPERS[NoticeKind(notice.kind)]
    on = timezone.localdate(notice.published_at)
    page.head(
        f"{names.province(notice.province_id)}跨省异地就医费用{done}通知书（{annex[:4]}）",
        [
            f"文号：{notice.number}　期号：{figures.period.year}{figures.period.month:02d}　发布日期：{on}　单位：元",
            f"{owed}清算资金合计 {notice.amount:,} 元（大写：{chinese_amount(notice.amount)}）",
        ],
        ("序号", other, *(insurance.label for insurance in Insurance), "合计"),
    )
    totals: list[Decimal] = [ZERO] * (len(Insurance) + 1)
    for number, (name, figures_of_other) in enumerate(_counterparts(notice, names), start=1):
        totals = [total + figure for total, figure in zip(totals, figures_of_other, strict=True)]
        page.rows([[number, name, *figures_of_other]])
    page.foot(["", "合计", *totals])
    page.text("* 为返还（规程第五十一条）。")
    if notice.kind == NoticeKind.PAYMENT:
        _accounts(page, notice, on, names)
    page.text("依据：《基本医疗保险跨省异地就医直接结算经办规程》第四十七条、第四十八条、第五十一条")


def _counterparts(notice: Notice, names: Names) -> list[tuple[str, list[Decimal]]]:
    by_other: dict[tuple[bool, str], dict[str, Decimal]] = defaultdict(dict)
    keys = notice.lines.order_by().values_list("row__returned", "counterpart", "row__insurance")
    for returned, code, insurance, owed in keys.annotate(owed=Sum("amount")):
        by_other[returned, code][insurance] = owed
    lines = []
    for (returned, code), owed in sorted(by_other.items()):
        parts = [owed.get(insurance, ZERO) for insurance in Insurance.values]
        lines.append((names.province(code, returned=returned), [*parts, sum(parts, ZERO)]))
    return lines


def _accounts(page: Page, notice: Notice, on: Any, names: Names) -> None:
    """The accounts the money goes to, as they were on the day of the notice (annex 10, article 28)."""
    payees = notice.lines.order_by().values("counterpart")
    held = FiscalAccount.objects.in_force(on).filter(province__in=payees).order_by("province", "insurance", "pk")
    lines = [
        [
            names.province(account.province_id), account.get_insurance_display() or "全部", account.account_name,
            account.bank_name, account.account_number,
        ]
        for account in held
    ]  # fmt: skip
    if lines:
        page.text("收款专户（附件10）")
        page.header(("收款省份", "险种", "户名", "开户银行", "账号"))
        page.rows(lines)
