"""Payment and receipt notices."""

from django.db import models
from django.db.models import Q

from clearing.enums import NoticeKind
from clearing.models.sheets import Sheet, SheetRow
from common import scope
from common.fields import YuanField
from registry.models import Region


class Notice(models.Model):
    """What a province pays (annex 15) or receives (annex 16) for a period, as published (article 47); never changed."""

    number = models.CharField("文号", max_length=40, unique=True)
    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name="清算表", related_name="notices")
    province = models.ForeignKey(Region, models.PROTECT, verbose_name="省份", related_name="+")
    kind = models.CharField("种类", max_length=10, choices=NoticeKind)
    published_at = models.DateTimeField("发布时间")
    amount = YuanField("合计金额")

    APPEND_ONLY = True

    class Meta:
        verbose_name = verbose_name_plural = "费用收付款通知书"
        ordering = ["-published_at", "province", "kind"]

    def __str__(self) -> str:
        return self.number


class NoticeLine(models.Model):
    """One sheet row on one notice."""

    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="通知书", related_name="lines")
    kind = models.CharField("种类", max_length=10, choices=NoticeKind)
    row = models.ForeignKey(SheetRow, models.PROTECT, verbose_name="清算明细", related_name="notice_lines")
    counterpart = models.ForeignKey(Region, models.PROTECT, verbose_name="对方省份", related_name="+")
    amount = YuanField("金额")

    APPEND_ONLY = True

    class Meta:
        verbose_name = verbose_name_plural = "通知书明细"
        constraints = [
            models.UniqueConstraint(
                fields=["row", "kind"],
                name="notice_line_once",
                violation_error_message="该清算明细已列入通知书。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="notice_line_not_negative",
                violation_error_message="通知书金额不得为负。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.counterpart}"


scope.register(Notice, provinces=("province",))
scope.register(NoticeLine, provinces=("notice__province",))
