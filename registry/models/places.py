"""Regions, pooling areas, institutions and the working-day table."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from common import scope
from registry.enums import AreaKind, DayKindChoice, Level, RegionLevel, Service
from registry.identity import check_institution_code


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


class DatedRows(models.QuerySet[Any]):
    """Rows with ``valid_from`` and ``valid_until``, both inclusive; no end means until further notice."""

    def in_force(self, on: date) -> "DatedRows":
        """The rows whose validity holds the day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)


class Dated(models.Model):
    """Something that holds from a day to a day, both inclusive."""

    valid_from = models.DateField("起始日")
    valid_until = models.DateField("终止日", null=True, blank=True)

    objects = DatedRows.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="%(class)s_in_order",
                violation_error_message="终止日不得早于起始日。",
            )
        ]


class Institution(models.Model):
    """A designated hospital or pharmacy (定点医药机构), by its national code (article 15)."""

    code = models.CharField("机构编号", max_length=12, primary_key=True)
    name = models.CharField("机构名称", max_length=120)
    area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="所在统筹区")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地市", related_name="+")
    province = models.ForeignKey(Region, models.PROTECT, verbose_name="所在省份", related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "定点医药机构"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.province_id = self.area.province_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """The code is right in form, and the city lies in the office's province."""
        if faults := check_institution_code(self.code).faults:
            raise ValidationError({"code": list(faults)})
        if self.region_id and self.area_id and self.region_id[:2] != self.area.province_id[:2]:
            raise ValidationError({"region": "所在地市与所在统筹区不在同一省份，请核对。"})

    def agreement_on(self, on: date) -> "InstitutionAgreement | None":
        """The agreement in force on the day, with the level it was made for."""
        return self.agreements.in_force(on).order_by("-valid_from").first()

    def is_networked(self, service: str, on: date) -> bool:
        """Whether the institution is networked across provinces for the service on the day."""
        return self.services.in_force(on).filter(service=service).exists()


class InstitutionAgreement(Dated):
    """The agreement of an institution with its office (医保服务协议, article 15), and the level it stands at."""

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="机构", related_name="agreements")
    level = models.CharField("等级", max_length=12, choices=Level)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "医保服务协议"
        ordering = ["institution", "valid_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(valid_until=None),
                name="institution_agreement_one_open",
                violation_error_message="该机构已有在执行的协议，请先填写原协议的终止日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.get_level_display()}"


class InstitutionService(Dated):
    """For which service an institution is networked across provinces, and since when (跨省联网状态)."""

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="机构", related_name="services")
    service = models.CharField("业务类型", max_length=12, choices=Service)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "联网业务"
        ordering = ["institution", "service", "valid_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution", "service"],
                condition=Q(valid_until=None),
                name="institution_service_one_open",
                violation_error_message="该机构此项业务已联网，请先填写原记录的终止日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.get_service_display()}"


class ChronicDisease(models.Model):
    """A chronic disease settled across provinces (门诊慢特病病种), by its national code."""

    code = models.CharField("病种编码", max_length=30, primary_key=True)
    name = models.CharField("病种名称", max_length=60)
    since = models.PositiveSmallIntegerField("纳入跨省直接结算年份")
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "门诊慢特病病种"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


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


for _public in (
    Region,
    PoolingArea,
    Institution,
    InstitutionAgreement,
    InstitutionService,
    ChronicDisease,
    WorkingDay,
):
    scope.register(_public, everyone=True)
