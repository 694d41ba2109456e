"""The settlement's list and page: who, where, what it cost, who pays, and how that came about."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from common.admin import Row, Table, page_link, way_up_from
from common.admin.filters import PeriodFilter
from filings.enums import Category
from registry.admin.people import OfPersonAdmin
from registry.admin.places import ProvinceFilter
from settlement.admin import narrowed
from settlement.enums import ExpenseCategory
from settlement.models import FUND_COLUMNS, ChargeLine, Settlement, SettlementSteps, StatementLine

PARTS = ("out_of_scope", "over_limit", "first_self_pay", "in_scope")
KIND_MARKS = {"reversal": "danger", "reversed": "warning", "standing": "success"}


def kind_of(settlement: Settlement) -> tuple[str, str]:
    """Whether it stands, was taken back, or takes another back."""
    if settlement.reversal_of_id:
        return "reversal", "返还" if settlement.returned else "冲销"
    return ("reversed", "已冲销") if hasattr(settlement, "reversed_by") else ("standing", "有效")


@admin.register(Settlement)
class SettlementAdmin(OfPersonAdmin):
    """Never changed; money is read only."""

    is_big, spans = True, ("settled_on",)
    list_before_template = "common/summary.html"
    list_display = (
        "number", "settled_at", "who", "home_area", "institution", "service", "total", "fund_total", "personal", "kind",
    )  # fmt: skip
    export_columns = (
        "number", "settled_at", "person", "masked", "insurance", "home_area", "host_area", "institution", "service",
        "begun_on", "period", "total", *PARTS, "deductible", *FUND_COLUMNS.values(), "fund_total", "personal",
        "account", "cash", "kind",
    )  # fmt: skip
    search_help_text = "结算编号、人员编号、证件号码（全号）或姓名开头"
    list_filter = (
        PeriodFilter, ("service", ChoicesDropdownFilter), ("insurance", ChoicesDropdownFilter),
        ("home_province", ProvinceFilter), ("host_province", ProvinceFilter), ("settled_on", RangeDateFilter),
        ("returned", BooleanRadioFilter),
    )  # fmt: skip
    ordering = ("-pk",)
    select_related = (
        "person", "home_area", "home_province", "institution", "host_area", "host_province", "filing", "policy",
        "reversal_of", "reversed_by",
    )  # fmt: skip
    links = ("person", "filing", "policy", "institution")
    fieldsets = (
        (
            "就诊与结算",
            {
                "fields": (
                    ("number", "kind"), ("person", "masked"), ("home_area", "insurance"), ("institution", "host_area"),
                    ("service", "disease"), ("begun_on", "settled_at"), ("filing", "benefit"), ("policy", "statement"),
                )
            },
        ),
    )  # fmt: skip

    def is_narrow(self, request: HttpRequest) -> bool:
        return narrowed.to_one_month(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data and "cl" in response.context_data:
            response.context_data["summary"] = narrowed.summary(request, response.context_data["cl"].queryset)
        return response

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        own = [bill(record), payment(record), *related(request, record), steps(record), charges(record)]
        return [*own, *super().panels(request, record)]

    @display(description="状态", label=KIND_MARKS)
    def kind(self, settlement: Settlement) -> tuple[str, str]:
        return kind_of(settlement)

    @display(description="享受待遇类别")
    def benefit(self, settlement: Settlement) -> str:
        return dict(Category.choices).get(settlement.filing_category, "未备案")

    @display(description="对账期")
    def statement(self, settlement: Settlement) -> str:
        return f"{settlement.period}（费用所属月 {settlement.settled_month}）"


def bill(settlement: Settlement) -> Table:
    """What the visit cost, split by the host's catalogue."""
    names = {field.name: field.verbose_name for field in Settlement._meta.concrete_fields}
    rows = [[names[part], getattr(settlement, part)] for part in PARTS]
    return Table(
        "费用构成（元）", ["项目", "金额"], rows, [["医疗费总额", settlement.total]], numbers=(1,), beside=True
    )


def payment(settlement: Settlement) -> Table:
    """Who pays it: the funds, then the person from the account and in cash."""
    names = {field.name: field.verbose_name for field in Settlement._meta.concrete_fields}
    funds = [[names[column], getattr(settlement, column)] for column in FUND_COLUMNS.values()]
    rows = [
        *[row for row in funds if row[1]],
        Row(["基金支付总额", settlement.fund_total], "sum"),
        ["个人账户支付", settlement.account],
        ["个人现金支付", settlement.cash],
        Row(["个人负担合计", settlement.personal], "sum"),
    ]
    return Table(
        "支付构成（元）", ["项目", "金额"], rows, [["医疗费总额", settlement.total]], numbers=(1,), beside=True
    )


def steps(settlement: Settlement) -> Table:
    """The computation, step by step, as it is read out on the telephone."""
    kept = SettlementSteps.objects.filter(month=settlement.period, settlement_id=settlement.pk).first()
    rows = [[label, Decimal(value), basis] for label, value, basis in (kept.steps if kept else [])]
    return Table("计算过程", ["项目", "金额", "依据"], rows, numbers=(1,), empty="没有保存计算过程。")


def charges(settlement: Settlement) -> Table:
    """The bill by national categories."""
    lines = ChargeLine.objects.filter(month=settlement.period, settlement_id=settlement.pk)
    sums = lines.values("category").annotate(total=Sum("amount"), **{f"sum_{part}": Sum(part) for part in PARTS})
    columns = ("total", *(f"sum_{part}" for part in PARTS))
    found = list(sums.order_by("category"))
    rows = [[ExpenseCategory(line["category"]).label, *(line[column] for column in columns)] for line in found]
    totals = [["合计", *(sum(line[column] for line in found) for column in columns)]] if found else []
    headers = ["费用大类", "金额", "全自费", "超限价", "先行自付", "符合政策范围"]
    return Table("费用明细（按统一费用大类）", headers, rows, totals, numbers=(1, 2, 3, 4, 5))


def related(request: HttpRequest, settlement: Settlement) -> list[Table]:
    """The reversal, or what it takes back."""
    taken_back_by = getattr(settlement, "reversed_by", None)
    ways = [("本笔冲销的原结算", settlement.reversal_of), ("冲销本笔的结算", taken_back_by)]
    rows = [[words, page_link(request, other), other.settled_at, other.total] for words, other in ways if other]
    return [Table("冲销", ["关系", "结算编号", "结算时间", "医疗费总额"], rows, numbers=(3,))] if rows else []


@way_up_from(Settlement)
def line_of(request: HttpRequest, settlement: Settlement) -> list[Any]:
    """A settlement is part of a line of its institution's statement, once that is drawn up."""
    lines = StatementLine.objects.select_related("statement__institution", "home_province").filter(
        statement__institution=settlement.institution_id, statement__period=settlement.period,
        home_province=settlement.home_province_id, insurance=settlement.insurance, service=settlement.service,
        settled_month=settlement.settled_month, returned=settlement.returned,
        origin_period=settlement.origin_period,
    )  # fmt: skip
    return [
        link
        for line in lines
        for link in (
            page_link(request, line.statement, f"对账单 {line.statement}"),
            page_link(request, line, f"对账明细 {line.get_insurance_display()} {line.get_service_display()}"),
        )
    ]
