"""The month of an institution, agreed with its office."""

from django.db import models
from django.db.models import F, Q

from common import scope
from common.cases import Case
from common.fields import MonthField, YuanField
from registry.enums import Insurance, Service
from registry.models import Institution, PoolingArea, Region
from settlement.enums import StatementStatus


class Statement(Case):
    """One institution's settlements of one month (月度对账单, articles 30 and 40).

    ``period`` is the month; ``declared_period`` the clearing period it goes into, later than ``period`` where the
    parties did not agree in time.
    """

    status = models.CharField("状态", max_length=20, choices=StatementStatus, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="statements")
    host_area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="就医地", related_name="+")
    host_province = models.ForeignKey(Region, models.PROTECT, verbose_name="就医省", related_name="+")
    period = MonthField("对账期")
    declared_period = MonthField("申报清算期")
    delayed_months = models.PositiveSmallIntegerField("延期月数", default=0)
    institution_agreed_at = models.DateTimeField("机构确认时间", null=True)
    agreed_at = models.DateTimeField("双方确认时间", null=True)
    visits = models.IntegerField("人次", default=0)
    amount = YuanField("应结金额", default=0)

    FINAL = frozenset({StatementStatus.CLEARED})

    class Meta:
        verbose_name = verbose_name_plural = "月度对账单"
        permissions = [("agree_statement", "可以确认对账单")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "period"],
                name="statement_once_per_month",
                violation_error_message="该机构该月的对账单已生成。",
            ),
            models.CheckConstraint(
                condition=Q(declared_period__gte=F("period")),
                name="statement_declared_after_period",
                violation_error_message="申报清算期不得早于对账期。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[StatementStatus.AGREED, StatementStatus.CLEARED]) | Q(agreed_at__isnull=False),
                name="statement_agreed_has_moment",
                violation_error_message="已确认的对账单须有确认时间。",
            ),
        ]
        indexes = [
            models.Index(fields=["declared_period", "status"], name="statement_for_close"),
            models.Index(fields=["host_area", "period"], name="statement_of_area"),
            models.Index(fields=["-period", "institution"], name="statement_of_period"),
            models.Index(fields=["status", "-period", "institution"], name="statement_by_status"),
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="statement_due"),
        ]


class StatementLine(models.Model):
    """The settlements of a statement with one home province, insurance, service and month: the unit that is cleared.

    A ``returned`` line takes back settlements of an earlier statement, that of ``origin_period``. Whether the host pays
    it back (``paid_back``) shows when the line is cleared, and the close says so: with its origin in the same sheet it
    nets instead (article 51).
    """

    statement = models.ForeignKey(
        Statement, models.PROTECT, verbose_name="对账单", related_name="lines", db_index=False
    )
    # The provinces are those of the settlements, checked there; asking again for each line takes as long as all the sums.
    home_province = models.ForeignKey(
        Region, models.PROTECT, verbose_name="参保省", related_name="+", db_index=False, db_constraint=False
    )
    host_province = models.ForeignKey(
        Region, models.PROTECT, verbose_name="就医省", related_name="+", db_index=False, db_constraint=False
    )
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    service = models.CharField("业务类型", max_length=12, choices=Service)
    settled_month = MonthField("费用所属月")
    returned = models.BooleanField("返还", default=False)
    origin_period = MonthField("原对账期")
    paid_back = models.BooleanField("列入返还清算", default=False)
    visits = models.IntegerField("人次")
    total = YuanField("医疗费总额")
    fund = YuanField("基金支付")
    account = YuanField("个人账户支付")
    deducted = YuanField("审核扣款", default=0)
    amount = YuanField("应结金额")

    class Meta:
        verbose_name = verbose_name_plural = "对账明细"
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "home_province", "insurance", "service", "settled_month", "origin_period"],
                name="statement_line_once",
                violation_error_message="对账单中同类明细重复。",
            ),
            models.CheckConstraint(
                condition=Q(amount=F("fund") + F("account") - F("deducted")),
                name="statement_line_adds_up",
                violation_error_message="应结金额应等于基金支付加个人账户支付减审核扣款。",
            ),
            models.CheckConstraint(
                condition=Q(
                    returned=False,
                    visits__gte=0,
                    total__gte=0,
                    fund__gte=0,
                    account__gte=0,
                    deducted__gte=0,
                    amount__gte=0,
                )
                | Q(returned=True, visits__lte=0, total__lte=0, fund__lte=0, account__lte=0, amount__lte=0),
                name="statement_line_signs",
                violation_error_message="返还明细应为负数，其余不得为负，审核扣款不得超过应结金额。",
            ),
            models.CheckConstraint(
                condition=Q(paid_back=False) | Q(returned=True),
                name="statement_line_paid_back_is_returned",
                violation_error_message="只有返还明细才能列入返还清算。",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(returned=True), name="statement_line_returned")]

    def __str__(self) -> str:
        return f"{self.statement} {self.home_province} {self.get_insurance_display()} {self.get_service_display()}"


scope.register(Statement, provinces=("host_province",), areas=("host_area",), institutions=("institution",))
scope.register(
    StatementLine,
    provinces=("home_province", "host_province"),
    areas=("statement__host_area",),
    institutions=("statement__institution",),
)
