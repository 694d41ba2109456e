"""What filings show on other pages."""

from django.http import HttpRequest

from common import scope
from common.admin import Mark, Table, list_link, page_link, panel_of
from filings.admin.filing import MARKS
from filings.enums import Status
from filings.models import Filing
from registry.models import InsuredPerson

SHOWN_AT_MOST = 10


@panel_of(InsuredPerson)
def filings_of(request: HttpRequest, person: InsuredPerson) -> Table | None:
    """备案 on the person's page."""
    if not request.user.has_perm("filings.view_filing"):
        return None
    held = scope.visible(Filing.objects.filter(person=person), request.user).select_related("destination")
    latest = list(held.order_by("-pk")[: SHOWN_AT_MOST + 1])
    rows = [
        [
            page_link(request, filing),
            filing.get_category_display(),
            filing.get_insurance_display(),
            filing.destination,
            filing.days_valid(),
            Mark(filing.get_status_display(), MARKS.get(Status(filing.status), "")),
            filing.due_on,
        ]
        for filing in latest[:SHOWN_AT_MOST]
    ]
    more = list_link(Filing, "全部备案", person=person.pk) if len(latest) > SHOWN_AT_MOST else None
    headers = ["备案编号", "备案类型", "险种", "就医地", "有效期", "状态", "期限"]
    return Table("异地就医备案", headers, rows, more=more)
