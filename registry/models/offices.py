"""The agency tree, the people who work in it, and the accounts money goes to."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models
from django.db.models import Q

from common import scope
from registry.enums import NATIONAL_AGENCY, AgencyLevel, Insurance, Role
from registry.models.places import Dated, Institution, PoolingArea, Region


class Agency(models.Model):
    """An office of the insurance (经办机构): national, provincial, or of a pooling area (article 4)."""

    code = models.CharField("机构代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=80)
    level = models.CharField("级别", max_length=12, choices=AgencyLevel)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name="上级机构", null=True, blank=True)
    province = models.ForeignKey(Region, models.PROTECT, verbose_name="省份", null=True, blank=True)
    area = models.OneToOneField(PoolingArea, models.PROTECT, verbose_name="统筹地区", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "经办机构"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=AgencyLevel.NATIONAL, province=None, area=None)
                | Q(level=AgencyLevel.PROVINCIAL, province__isnull=False, area=None)
                | Q(level=AgencyLevel.LOCAL, province__isnull=False, area__isnull=False),
                name="agency_level_fits_place",
                violation_error_message="国家级不填省份和统筹地区，省级只填省份，统筹地区两项都填。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_national(self) -> bool:
        return self.level == AgencyLevel.NATIONAL

    @property
    def is_provincial(self) -> bool:
        return self.level == AgencyLevel.PROVINCIAL


class Staff(AbstractBaseUser):
    """A person who works with the portal (工作人员), bound to one office or one institution, with one role."""

    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    role = models.CharField("角色", max_length=16, choices=Role)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="经办机构", null=True, blank=True)
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]
    is_staff = True
    is_superuser = False

    objects = UserManager["Staff"]()

    class Meta:
        verbose_name = verbose_name_plural = "工作人员"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.INSTITUTION, agency=None, institution__isnull=False)
                | (~Q(role=Role.INSTITUTION) & Q(agency__isnull=False, institution=None)),
                name="staff_bound_to_one_organisation",
                violation_error_message="医药机构人员须属于一家医药机构，其他人员须属于一家经办机构，二者只能选一。",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.ADMINISTRATOR) | Q(agency=NATIONAL_AGENCY),
                name="staff_administrator_is_national",
                violation_error_message="系统管理员可以给任何机构开户，只能属于国家级经办机构。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation(self) -> Agency | Institution | None:
        """The office or institution the person works for."""
        return self.institution or self.agency

    @property
    def sees_the_nation(self) -> bool:
        """The national agency's people see all provinces."""
        return self.agency is not None and self.agency.is_national

    def works_for(self, area: PoolingArea) -> bool:
        """Whether the person's office is the area's own, its province's, or the nation's."""
        if self.agency is None:
            return False
        return (
            self.agency.is_national
            or self.agency.area_id == area.pk
            or (self.agency.is_provincial and self.agency.province_id == area.province_id)
        )

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        from registry.permissions import allows

        return self.is_active and allows(self, permission)

    def has_module_perms(self, app_label: str) -> bool:
        from registry.permissions import allows_any

        return self.is_active and allows_any(self, app_label)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class FiscalAccount(Dated):
    """A province's fiscal account (财政收款专户, annex 10, article 28); the one in force has no end."""

    province = models.ForeignKey(Region, models.PROTECT, verbose_name="省份")
    insurance = models.CharField("险种", max_length=12, choices=Insurance, blank=True)
    account_name = models.CharField("户名", max_length=120)
    bank_name = models.CharField("开户银行", max_length=120)
    bank_code = models.CharField("联行号", max_length=12)
    account_number = models.CharField("账号", max_length=40)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "财政收款专户"
        ordering = ["province", "valid_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "insurance"],
                condition=Q(valid_until=None),
                name="fiscal_account_one_in_force",
                violation_error_message="该省该险种已有在用专户，请先停用原专户。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.account_name}"


scope.register(Agency, everyone=True)
scope.register(Staff, agencies=("agency",), institutions=("institution",))
scope.register(FiscalAccount, provinces=("province",))
