"""The national sheet of a month, its rows, and each province's confirmation."""

from django.db import models
from django.db.models import F, Q

from clearing.enums import ConfirmationStatus, SheetStatus
from common import scope
from common.cases import Case
from common.fields import MonthField, YuanField
from registry.enums import Insurance, Service
from registry.models import Region


class Sheet(Case):
    """The national clearing sheet of a period (全国跨省异地就医费用清算表, annex 14, article 46)."""

    status = models.CharField("状态", max_length=12, choices=SheetStatus, editable=False)
    period = MonthField("清算期", unique=True)
    generated_on = models.DateField("生成日")
    settlements = models.IntegerField("人次")
    amount = YuanField("清算金额")
    sha256 = models.CharField("明细摘要", max_length=64)

    FINAL = frozenset({SheetStatus.PAID})

    class Meta:
        verbose_name = verbose_name_plural = "全国清算表"
        ordering = ["-period"]


def payer_and_payee(home: str, host: str, returned: bool) -> tuple[str, str]:
    """Who pays whom (article 51): the home pays the host, and the host pays back what is returned."""
    return (host, home) if returned else (home, host)


def paid_by(province: str) -> Q:
    """The rows that the province pays."""
    return Q(home=province, returned=False) | Q(host=province, returned=True)


def paid_to(province: str) -> Q:
    """The rows that the province is paid."""
    return Q(host=province, returned=False) | Q(home=province, returned=True)


class SheetRow(models.Model):
    """What one home owes one host for one insurance and service, or what the host returns (``*``); never changed."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name="清算表", related_name="rows", db_index=False)
    home = models.ForeignKey(Region, models.PROTECT, verbose_name="参保省", related_name="+", db_index=False)
    host = models.ForeignKey(Region, models.PROTECT, verbose_name="就医省", related_name="+", db_index=False)
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    service = models.CharField("业务类型", max_length=12, choices=Service)
    returned = models.BooleanField("返还", default=False)
    months = models.JSONField("包含费用月份")
    visits = models.IntegerField("人次")
    total = YuanField("医疗费总额")
    fund = YuanField("基金支付")
    account = YuanField("个人账户支付")
    deducted = YuanField("审核扣款")
    amount = YuanField("清算金额")

    APPEND_ONLY = True

    class Meta:
        verbose_name = verbose_name_plural = "清算明细"
        ordering = ["home", "host", "insurance", "service", "returned"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "home", "host", "insurance", "service", "returned"],
                name="sheet_row_once",
                violation_error_message="清算表中同类明细重复。",
            ),
            models.CheckConstraint(
                condition=Q(amount=F("fund") + F("account") - F("deducted")),
                name="sheet_row_adds_up",
                violation_error_message="清算金额应等于基金支付加个人账户支付减审核扣款。",
            ),
            models.CheckConstraint(
                condition=Q(visits__gte=0, total__gte=0, fund__gte=0, account__gte=0, deducted__gte=0, amount__gte=0),
                name="sheet_row_not_negative",
                violation_error_message="清算明细的人次、金额不得为负。",
            ),
            models.CheckConstraint(
                condition=~Q(home=F("host")),
                name="sheet_row_cross_province",
                violation_error_message="参保省与就医省相同。",
            ),
        ]
        indexes = [models.Index(fields=["sheet", "host"], name="sheet_row_of_host")]

    def __str__(self) -> str:
        star = "*" if self.returned else ""
        return f"{self.home}→{self.host} {self.get_insurance_display()} {self.get_service_display()}{star}"

    @property
    def payer_id(self) -> str:
        """The province that pays."""
        return payer_and_payee(self.home_id, self.host_id, self.returned)[0]

    @property
    def payee_id(self) -> str:
        """The province that is paid."""
        return payer_and_payee(self.home_id, self.host_id, self.returned)[1]


class ProvinceSheet(Case):
    """One province's part of the sheet (annexes 14-1 and 14-7), confirmed by the 25th."""

    status = models.CharField("状态", max_length=12, choices=ConfirmationStatus, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name="清算表", related_name="provinces")
    province = models.ForeignKey(Region, models.PROTECT, verbose_name="省份", related_name="+")
    payable = YuanField("应付")
    receivable = YuanField("应收")
    confirmed_at = models.DateTimeField("确认时间", null=True)

    FINAL = frozenset({ConfirmationStatus.CONFIRMED})

    class Meta:
        verbose_name = verbose_name_plural = "分省清算表"
        ordering = ["sheet", "province"]
        permissions = [("confirm_provincesheet", "可以确认分省清算表")]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "province"],
                name="province_sheet_once",
                violation_error_message="该省本期清算表已生成。",
            ),
            models.CheckConstraint(
                condition=Q(payable__gte=0, receivable__gte=0),
                name="province_sheet_not_negative",
                violation_error_message="应付、应收不得为负。",
            ),
        ]


# The national table shows every province to every province (annex 14); pairs are shown to their two sides.
scope.register(Sheet, every_province=True)
scope.register(SheetRow, provinces=("home", "host"))
scope.register(ProvinceSheet, provinces=("province",))
