"""Regions, pooling areas, institutions and the working-day table."""

from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from common.admin import ScopedAdmin, ScopedInline
from registry.models import (
    ChronicDisease,
    Institution,
    InstitutionAgreement,
    InstitutionService,
    PoolingArea,
    Region,
    WorkingDay,
)


class ProvinceFilter(RelatedDropdownFilter):
    """Chooses among the provinces alone."""

    def field_choices(self, field: Any, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        provinces = Region.objects.filter(level="province", valid_until=None).order_by("code")
        return list(provinces.values_list("code", "name"))


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    """Divisions of the country."""

    list_display = ("code", "name", "level", "parent", "valid_from", "valid_until")
    search_fields = ("code__startswith", "name__contains")
    search_help_text = "区划代码或名称"
    list_filter = (("level", ChoicesDropdownFilter),)
    ordering = ("code",)
    select_related = ("parent",)
    fieldsets = ((None, {"fields": (("code", "name"), ("level", "parent"), ("valid_from", "valid_until"), "source")}),)


@admin.register(PoolingArea)
class PoolingAreaAdmin(ScopedAdmin):
    """Pooling areas and which services they have opened."""

    list_display = (
        "code", "name", "province", "kind", "opens_inpatient", "opens_outpatient", "opens_chronic", "opens_pharmacy",
        "self_service",
    )  # fmt: skip
    search_fields = ("code__startswith", "name__contains")
    search_help_text = "统筹区代码或名称"
    list_filter = (("province", ProvinceFilter), ("kind", ChoicesDropdownFilter))
    ordering = ("code",)
    select_related = ("province",)
    fieldsets = (
        (None, {"fields": (("code", "name"), ("province", "kind"), ("province_pooled", "self_service"), "source")}),
        (
            "已开通的跨省直接结算业务",
            {"fields": (("opens_inpatient", "opens_outpatient"), ("opens_chronic", "opens_pharmacy"))},
        ),
    )


class AgreementInline(ScopedInline):
    """The agreements of an institution, one after the other, and the level each was made for."""

    model = InstitutionAgreement
    may_change = True
    fields = ("level", "valid_from", "valid_until")


class ServiceInline(ScopedInline):
    """For which services an institution is networked."""

    model = InstitutionService
    may_change = True
    fields = ("service", "valid_from", "valid_until")


@admin.register(Institution)
class InstitutionAdmin(ScopedAdmin):
    """Institutions; kept current by the administrator (article 15)."""

    may_add = may_change = True
    list_display = ("code", "name", "area", "region", "province")
    search_fields = ("code__startswith", "name__contains")
    search_help_text = "机构编号或名称"
    list_filter = (("province", ProvinceFilter),)
    ordering = ("code",)
    select_related = ("area", "province", "region")
    fieldsets = ((None, {"fields": (("code", "name"), ("area", "region"), "province")}),)
    autocomplete_fields = ("area", "region")
    inlines = (AgreementInline, ServiceInline)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("code", "province") if obj else ("province",)


@admin.register(ChronicDisease)
class ChronicDiseaseAdmin(ScopedAdmin):
    """The chronic diseases settled across provinces."""

    list_display = ("code", "name", "since", "source")
    ordering = ("code",)


@admin.register(WorkingDay)
class WorkingDayAdmin(ScopedAdmin):
    """The working-day table by which terms are counted."""

    list_display = ("on", "kind", "name", "provisional", "source")
    list_filter = (("kind", ChoicesDropdownFilter),)
    date_hierarchy = "on"
    ordering = ("-on",)
