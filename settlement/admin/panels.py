"""What settlements show on other pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from common import scope
from common.admin import Mark, Table, list_link, page_link, panel_of
from filings.models import Filing
from registry.models import InsuredPerson
from settlement.admin.settlement import KIND_MARKS, kind_of
from settlement.models import Settlement

SHOWN_AT_MOST = 10


@panel_of(InsuredPerson)
def settlements_of_person(request: HttpRequest, person: InsuredPerson) -> Table | None:
    """结算 on the person's page."""
    return _latest(request, Settlement.objects.filter(person=person), person=person.pk)


@panel_of(Filing)
def settlements_of_filing(request: HttpRequest, filing: Filing) -> Table | None:
    """What was settled under the filing."""
    return _latest(request, Settlement.objects.filter(filing=filing), filing=filing.pk)


def _latest(request: HttpRequest, settlements: QuerySet[Settlement], **key: Any) -> Table | None:
    if not request.user.has_perm("settlement.view_settlement"):
        return None
    held = scope.visible(settlements, request.user).select_related("institution", "reversed_by").order_by("-pk")
    latest = list(held[: SHOWN_AT_MOST + 1])
    rows = [_row(request, settlement) for settlement in latest[:SHOWN_AT_MOST]]
    more = list_link(Settlement, "全部结算", **key) if len(latest) > SHOWN_AT_MOST else None
    headers = ["结算编号", "结算日", "就诊机构", "业务类型", "医疗费总额", "基金支付", "个人账户", "个人现金", "状态"]
    return Table("结算（元）", headers, rows, more=more, numbers=(4, 5, 6, 7))


def _row(request: HttpRequest, settlement: Settlement) -> list[Any]:
    kind, words = kind_of(settlement)
    amounts = [settlement.total, settlement.fund_total, settlement.account, settlement.cash]
    place = [settlement.settled_on, settlement.institution, settlement.get_service_display()]
    return [page_link(request, settlement), *place, *amounts, Mark(words, KIND_MARKS[kind])]
