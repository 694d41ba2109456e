"""A local benefit policy as it was filed and published."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common import scope
from registry.enums import Insurance
from registry.models import PoolingArea
from settlement.enums import PolicyStatus


class Policy(models.Model):
    """A benefit policy of an area, insurance and period (参保地待遇政策); once published it never changes."""

    area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="统筹地区")
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    title = models.CharField("名称", max_length=200)
    document_number = models.CharField("文号", max_length=120, blank=True)
    document_url = models.CharField("出处", max_length=500, blank=True)
    document_issued_on = models.DateField("发文日期", null=True, blank=True)
    valid_from = models.DateField("执行起始日")
    valid_until = models.DateField("执行截止日", null=True, blank=True)
    text = models.TextField("政策文件")
    digest = models.CharField("文件摘要", max_length=64)
    status = models.CharField("状态", max_length=10, choices=PolicyStatus, default=PolicyStatus.DRAFT)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="拟稿人", related_name="+", null=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发布人", related_name="+", null=True, blank=True
    )
    imported_at = models.DateTimeField("导入时间")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待遇政策"
        ordering = ["area", "insurance", "-valid_from"]
        permissions = [("publish_policy", "可以发布待遇政策")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "insurance", "valid_from"],
                condition=Q(status=PolicyStatus.PUBLISHED),
                name="policy_published_once",
                violation_error_message="该统筹区该险种此日起已有发布的政策。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="policy_in_order",
                violation_error_message="执行截止日不得早于起始日。",
            ),
            models.CheckConstraint(
                condition=~Q(status=PolicyStatus.PUBLISHED)
                | (Q(published_at__isnull=False) & (Q(approved_by=None) | ~Q(approved_by=F("proposed_by")))),
                name="policy_published_by_second_person",
                violation_error_message="政策须由拟稿人以外的第二人发布。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


scope.register(Policy, everyone=True)
