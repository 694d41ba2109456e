"""Regions, pooling areas, institutions and the working-day table."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from common import scope
from registry.enums import AreaKind, DayKindChoice, Level, RegionLevel, Service


class Region(models.Model):
    """A division of the country by GB/T 2260 (行政区划), with the Corps (兵团, 660000) beside the provinces."""

    code = models.CharField("区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=12, choices=RegionLevel)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name="上级", null=True, blank=True)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_until = models.DateField("停用日期", null=True, blank=True)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PoolingArea(models.Model):
    """A pooling area (统筹地区): where a person is insured and whose policy holds."""

    code = models.CharField("统筹区代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=60)
    province = models.ForeignKey(Region, models.PROTECT, verbose_name="所属省份", related_name="pooling_areas")
    kind = models.CharField("类型", max_length=16, choices=AreaKind)
    province_pooled = models.BooleanField("省级统筹", default=False)
    opens_inpatient = models.BooleanField("住院已开通", default=True)
    opens_outpatient = models.BooleanField("普通门诊已开通", default=True)
    opens_chronic = models.BooleanField("门诊慢特病已开通", default=True)
    opens_pharmacy = models.BooleanField("药店购药已开通", default=True)
    self_service = models.BooleanField("自助备案（即办秒批）", default=False)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "统筹地区"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def opens(self, service: str) -> bool:
        """Whether the area's people may be settled directly for this service."""
        return bool(getattr(self, f"opens_{service}"))


class Institution(models.Model):
    """A designated hospital or pharmacy (定点医药机构), by its national code (article 15)."""

    code = models.CharField("机构编号", max_length=12, primary_key=True)
    name = models.CharField("机构名称", max_length=120)
    area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="所在统筹区")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地市", related_name="+")
    province = models.ForeignKey(Region, models.PROTECT, verbose_name="所在省份", related_name="+", editable=False)
    level = models.CharField("等级", max_length=12, choices=Level)
    agreement_from = models.DateField("协议起始日")
    agreement_until = models.DateField("协议终止日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定点医药机构"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement_until=None) | Q(agreement_until__gte=F("agreement_from")),
                name="institution_agreement_in_order",
                violation_error_message="协议终止日不得早于起始日。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The province follows from the area."""
        self.province_id = self.area.province_id

    def serves(self, service: str, on: date) -> bool:
        """Whether the institution is under agreement and networked for the service on the day."""
        if self.agreement_from > on or (self.agreement_until and self.agreement_until < on):
            return False
        return self.services.in_force(on).filter(service=service).exists()


class InForce(models.QuerySet["InstitutionService"]):
    """Dated rows."""

    def in_force(self, on: date) -> "InForce":
        """Rows whose validity holds the day; both ends count."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)


class InstitutionService(models.Model):
    """For which service an institution is networked across provinces, and since when (跨省联网状态)."""

    institution = models.ForeignKey(Institution, models.CASCADE, verbose_name="机构", related_name="services")
    service = models.CharField("业务类型", max_length=12, choices=Service)
    valid_from = models.DateField("联网起始日")
    valid_until = models.DateField("联网终止日", null=True, blank=True)

    objects = InForce.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联网业务"
        ordering = ["institution", "service", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "service", "valid_from"],
                name="institution_service_once",
                violation_error_message="该机构同一业务的同一起始日已登记。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="institution_service_in_order",
                violation_error_message="联网终止日不得早于起始日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.get_service_display()}"


class WorkingDay(models.Model):
    """One day of the working-day table (工作日历)."""

    on = models.DateField("日期", primary_key=True)
    kind = models.CharField("类型", max_length=10, choices=DayKindChoice)
    name = models.CharField("节假日", max_length=20, blank=True)
    provisional = models.BooleanField("未公布（推定）", default=False)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


for _public in (Region, PoolingArea, Institution, InstitutionService, WorkingDay):
    scope.register(_public, everyone=True)
