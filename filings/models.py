"""The filing."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common import scope
from common.cases import Case
from filings.enums import LONG_TERM, Category, Channel, Material, Status
from filings.rules import Reach
from registry.enums import Insurance
from registry.models import InsuredPerson, PoolingArea, Region


class Filing(Case):
    """A filing for treatment in another province (异地就医备案)."""

    status = models.CharField("状态", max_length=12, choices=Status, editable=False)
    person = models.ForeignKey(
        InsuredPerson, models.PROTECT, verbose_name="参保人员", related_name="filings", db_index=False
    )
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    category = models.CharField("备案类型", max_length=20, choices=Category)
    home_area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    home_province = models.ForeignKey(Region, models.PROTECT, verbose_name="参保省", related_name="+", db_index=False)
    destination = models.ForeignKey(Region, models.PROTECT, verbose_name="就医地", related_name="+", db_index=False)
    host_area = models.ForeignKey(
        PoolingArea, models.PROTECT, verbose_name="就医统筹区", related_name="+", db_index=False
    )
    host_province = models.ForeignKey(Region, models.PROTECT, verbose_name="就医省", related_name="+", db_index=False)
    valid_from = models.DateField("开始日期")
    valid_until = models.DateField("截止日期", null=True, blank=True)
    channel = models.CharField("申请渠道", max_length=24, choices=Channel)
    materials = ArrayField(models.CharField(max_length=24, choices=Material), verbose_name="材料", default=list)
    on_promise = models.BooleanField("承诺制", default=False)
    reason = models.CharField("申请说明", max_length=200, blank=True)
    decided_at = models.DateTimeField("办结时间", null=True, blank=True)
    opinion = models.CharField("经办意见", max_length=300, blank=True)

    FINAL = frozenset({Status.REFUSED, Status.CANCELLED, Status.EXPIRED})

    class Meta:
        verbose_name = verbose_name_plural = "异地就医备案"
        permissions = [("decide_filing", "可以办理备案")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="filing_in_order",
                violation_error_message="备案截止日不得早于开始日。",
            ),
            models.CheckConstraint(
                condition=~Q(home_province=F("host_province")),
                name="filing_cross_province",
                violation_error_message="就医地在参保省内，不属于跨省异地就医。",
            ),
            models.UniqueConstraint(
                fields=["person", "insurance"],
                condition=Q(status=Status.ACTIVE, category__in=sorted(LONG_TERM)),
                name="filing_one_long_term",
                violation_error_message="该人员已有有效的长期备案，不能再办理一个长期备案。",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "status"], name="filing_by_person"),
            models.Index(fields=["agency", "due_on"], condition=Q(due_on__isnull=False), name="filing_queue"),
            models.Index(fields=["home_area", "-id"], name="filing_of_home_area"),
            models.Index(fields=["home_province", "-id"], name="filing_of_home_province"),
            models.Index(fields=["host_area", "-id"], name="filing_of_host_area"),
            models.Index(fields=["host_province", "-id"], name="filing_of_host_province"),
            models.Index(fields=["home_area", "decided_at"], name="filing_decided"),
            models.Index(fields=["valid_until"], condition=Q(status=Status.ACTIVE), name="filing_ending"),
            models.Index(fields=["valid_from", "id"], name="filing_by_first_day"),
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="filing_due"),
            models.Index(
                fields=["status", "-id"],
                condition=Q(status__in=[Status.SUBMITTED, Status.INCOMPLETE]),
                name="filing_open",
            ),
        ]

    @property
    def reach(self) -> Reach:
        """Where and when it holds."""
        return Reach(self.destination_id, self.valid_from, self.valid_until)

    def get_materials_display(self) -> str:
        """The materials by name."""
        return "、".join(Material(material).label for material in self.materials)

    @property
    def is_long_term(self) -> bool:
        return self.category in LONG_TERM

    def days_valid(self) -> Any:
        """The validity as a clerk reads it."""
        return f"{self.valid_from} 至 {self.valid_until or '长期有效'}"


scope.register(Filing, provinces=("home_province", "host_province"), areas=("home_area", "host_area"))
