"""What runs when, by itself: each entry a sentence with its article.

The schedule opens, reminds and closes; people agree, confirm and pay. ``common.scheduling.run_due`` sees to it that
everything runs once and in order, however late.
"""

from datetime import date, datetime, time

from django.utils import timezone

from clearing import closing, notices
from clearing.enums import SheetStatus
from clearing.models import Sheet
from clearing.parameters import NOTICE_ARTICLE, SHEET_DAY
from common.dates import Month
from common.partitions import open_months, partitioned_models
from common.scheduling import Daily, Job, JobRun, Monthly, Nightly
from config.books import examination
from filings import workflow as filing_workflow
from settlement import statements
from settlement.models import Settlement
from settlement.parameters import AGREEMENT_DAY


def expire_filings(period: str, planned: datetime) -> dict[str, int]:
    """End the filings whose last day was yesterday."""
    return {"到期备案": filing_workflow.expire_all(date.fromisoformat(period), planned)}


def open_next_months(period: str, planned: datetime) -> dict[str, int]:
    """Make room for the coming year in the tables cut by month."""
    return {"表分区": open_months(partitioned_models(), Month.parse(period), 12)}


def draw_statements(period: str, planned: datetime) -> dict[str, int]:
    """Draw up last month's statements for institutions and offices to agree on."""
    return {"对账单": statements.draw(Month.parse(period), planned)}


def roll_statements(period: str, planned: datetime) -> dict[str, int]:
    """Send what was not agreed by day 20 into the next period."""
    return statements.roll(Month.parse(period), planned)


def close_month(period: str, planned: datetime) -> dict[str, int]:
    """Generate the national sheet and the provinces' sheets."""
    sheet = closing.close(Month.parse(period), planned)
    return {"清算明细": sheet.rows.count(), "人次": sheet.settlements}


def publish_notices(period: str, planned: datetime) -> dict[str, int]:
    """Publish the notices of every sheet that is confirmed, this period's and earlier ones' late rows."""
    open_sheets = Sheet.objects.filter(period__lte=period).exclude(status__in=[SheetStatus.NOTICED, SheetStatus.PAID])
    return {"通知书": sum(notices.publish(sheet, planned) for sheet in open_sheets.order_by("period"))}


def examine_books(period: str, planned: datetime) -> dict[str, int]:
    """Examine all invariants of the books and keep what was found; a break is found, not failed."""
    found = examination.examine_all(at=timezone.now())
    counts = {"检查": found.checks, "不符": found.broken}
    return counts | {"未能检查": found.unanswered} if found.unanswered else counts


SCHEDULE = (
    Job("expire_filings", "备案到期：每日零时结束有效期已满的备案", "规程第十条", Daily(time(0, 5)), expire_filings),
    Job("examine_books", "每日2时核对账目应当成立的关系", "", Nightly(time(2, 0)), examine_books),
    Job("open_next_months", "每月预备之后十二个月的数据分区", "", Monthly(25, time(1, 0), 0), open_next_months),
    Job(
        "draw_statements", "每月1日生成上月各机构对账单", "规程第四十条", Monthly(1, time(0, 10)), draw_statements
    ),
    Job(
        "roll_statements", "20日终了：未确认的对账单转入下期", "规程第四十条、第五十条",
        Monthly(AGREEMENT_DAY, time(0, 0), after=1), roll_statements, needs=("draw_statements",), in_order=True,
    ),
    Job(
        "close_month", "21日生成全国清算表和分省清算表", str(SHEET_DAY.values[-1].article),
        Monthly(SHEET_DAY, time(0, 10)), close_month, needs=("roll_statements",),
        in_order=True,
    ),
    Job(
        "publish_notices", "月底前发布费用付款、收款通知书", str(NOTICE_ARTICLE),
        Monthly(0, time(0, 20)), publish_notices, needs=("close_month",),
    ),
)  # fmt: skip


MONTH_JOBS = ("draw_statements", "roll_statements", "close_month", "publish_notices")


def first_day() -> date:
    """The first day on which there was anything to do: that of the first month that ran, before it of the first bills.

    A bill older than the first month that ran is drawn late, in the month that is open; it starts no month anew.
    """
    ran = JobRun.objects.filter(period__regex=r"^\d{4}-\d{2}$").order_by("period").values_list("period", flat=True)
    billed = Settlement.objects.order_by("period").values_list("period", flat=True)
    begun = ran.first() or billed.first()
    return (Month.parse(begun) if begun else Month.of(timezone.localdate())).first
