"""The month of an institution: its list and page, and the agreement of both sides."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from common.admin import CaseAdmin, Row, ScopedAdmin, Table, Verb, list_link, page_link, way_up_from
from common.admin.filters import DueFilter, PeriodFilter
from common.admin.searching import either
from common.admin.verbs import Why
from registry.admin.places import ProvinceFilter
from registry.models import Institution
from settlement import statements
from settlement.admin import lines
from settlement.enums import StatementStatus, StatementVerb
from settlement.models import Settlement, Statement, StatementLine

MARKS = {
    StatementStatus.DRAWN: "warning",
    StatementStatus.INSTITUTION_AGREED: "info",
    StatementStatus.AGREED: "success",
    StatementStatus.CLEARED: "success",
    StatementStatus.OVER_LIMIT: "danger",
}


def own_institution(staff: Any, statement: Statement) -> bool:
    """The institution speaks for itself."""
    return bool(staff.institution_id == statement.institution_id)


def own_office(staff: Any, statement: Statement) -> bool:
    """The office that has the agreement with the institution."""
    return bool(staff.agency_id == statement.agency_id)


def verb(name: str, act: Any, status: StatementStatus, who: Any, sentence: str, **more: Any) -> Verb:
    """A verb of the statement, for those who may agree to statements."""
    kind = StatementVerb[name]
    return Verb(
        kind.value, kind.label, act, "settlement.agree_statement", {status}, offered_to=who, sentence=sentence, **more
    )


VERBS = (
    verb(
        "AGREE_AS_INSTITUTION", statements.agree_as_institution, StatementStatus.DRAWN, own_institution,
        "确认后由就医地经办机构复核；生成后若有新的结算，系统会先更新对账单再请核对。",
    ),
    verb(
        "TAKE_BACK", statements.take_back, StatementStatus.INSTITUTION_AGREED, own_institution,
        "经办机构确认前可以撤回，撤回后须重新确认。", form=Why, is_grave=True,
    ),
    verb(
        "AGREE", statements.agree, StatementStatus.INSTITUTION_AGREED, own_office,
        "双方确认后不再变更，当月新的结算和冲销转入下期。",
    ),
)  # fmt: skip


@admin.register(Statement)
class StatementAdmin(CaseAdmin):
    """Statements: agreed by the institution and its office by day 20."""

    is_big = True
    verbs = VERBS
    list_display = (
        "number", "institution", "host_area", "period", "declared_period", "visits", "amount", "status_mark", "due_on",
    )  # fmt: skip
    search_fields = ("number__exact",)
    search_help_text = "对账单编号、机构编号或机构名称开头"
    list_filter = (PeriodFilter, ("status", ChoicesDropdownFilter), DueFilter, ("host_province", ProvinceFilter))
    ordering = ("-period", "institution_id")
    select_related = ("institution", "host_area", "host_province", "agency", "handler")
    links = ("institution",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "status_mark"), ("institution", "host_area"), ("period", "declared_period"),
                    ("visits", "amount"), ("institution_agreed_at", "agreed_at"), ("agency", "handler"), "due_on",
                )
            },
        ),
    )  # fmt: skip

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        if not (term := search_term.strip()):
            return queryset, False
        institutions = Institution.objects.filter(Q(code=term) | Q(name__startswith=term))
        return either(queryset, Q(number=term), Q(institution__in=institutions)), False

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        return [lines_table(request, record), *super().panels(request, record)]

    @display(description="状态", label=MARKS, ordering="status")
    def status_mark(self, statement: Statement) -> tuple[str, str]:
        return statement.status, statement.get_status_display()


@admin.register(StatementLine)
class StatementLineAdmin(ScopedAdmin):
    """The lines that are cleared; both provinces see theirs."""

    is_big = True
    list_display = (
        "institution", "period", "home_province", "insurance", "service", "settled_month", "returned", *lines.FIGURES,
    )  # fmt: skip
    list_filter = (
        ("home_province", ProvinceFilter), ("host_province", ProvinceFilter), ("insurance", ChoicesDropdownFilter),
        ("service", ChoicesDropdownFilter), ("returned", BooleanRadioFilter),
    )  # fmt: skip
    ordering = ("-pk",)
    select_related = ("statement__institution", "home_province", "host_province")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("institution", "period"), ("home_province", "host_province"), ("insurance", "service"),
                    ("settled_month", "origin_period"), ("returned", "paid_back"), ("visits", "total"),
                    ("fund", "account"), ("deducted", "amount"),
                )
            },
        ),
    )  # fmt: skip

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """The lines of a clearing row are found by the period and status of their statements."""
        ways = ("statement__declared_period", "statement__status")
        return lookup in ways or super().lookup_allowed(lookup, value, request)

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        link = lines.settlements_link(record, f"查看这 {record.visits} 人次的结算")
        return [Table("结算", ["由此汇总"], [[link]]), *super().panels(request, record)]

    @display(description="医药机构")
    def institution(self, line: StatementLine) -> Any:
        return line.statement.institution

    @display(description="对账期")
    def period(self, line: StatementLine) -> str:
        return line.statement.period


def lines_table(request: HttpRequest, statement: Statement) -> Table:
    """The lines with their totals; each leads to its settlements."""
    held = statement.lines.select_related("home_province").order_by("home_province", "insurance", "service", "pk")
    rows = [
        Row(
            [
                page_link(request, line, lines.starred(line.home_province, line)), line.get_insurance_display(),
                line.get_service_display(), line.settled_month, *lines.figures(line),
            ],
            lines.kind_of(line),
        )
        for line in lines.prefetched(held, statement)
    ]  # fmt: skip
    headers = ["参保省", "险种", "业务类型", "费用所属月", *lines.HEADERS]
    note = f"点参保省看明细，点人次看逐笔结算；{lines.RETURNED}"
    totals = lines.foot(statement.lines.all(), 4)
    every = list_link(Settlement, "本单全部结算", institution=statement.institution_id, period=statement.period)
    return Table("对账明细（元）", headers, rows, totals, note=note, more=every, numbers=lines.numbers(4))


@way_up_from(StatementLine)
def statement_of(request: HttpRequest, line: StatementLine) -> list[Any]:
    """A line is part of its statement."""
    return [page_link(request, line.statement, f"对账单 {line.statement}")]
