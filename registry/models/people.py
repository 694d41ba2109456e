"""Insured persons and their enrolments."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from common import scope
from common.fields import YuanField
from registry.enums import Aid, CertificateType, Insurance, InsuredStatus, PersonType, Sex
from registry.identity import check_certificate, mask_identity_number
from registry.models.places import Dated, PoolingArea, Region


class InsuredPerson(models.Model):
    """An insured person (参保人员); found by the keyed hash of the certificate number, never by the number itself."""

    person_number = models.CharField("人员编号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=50)
    certificate_type = models.CharField("证件类型", max_length=2, choices=CertificateType, default="01")
    certificate_number = models.CharField("证件号码", max_length=50)
    certificate_digest = models.CharField("证件号码摘要", max_length=64, editable=False)
    sex = models.CharField("性别", max_length=1, choices=Sex)
    born_on = models.DateField("出生日期")
    phone = models.CharField("联系电话", max_length=20, blank=True)
    home_area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    home_province = models.ForeignKey(
        Region, models.PROTECT, verbose_name="参保省", related_name="+", editable=False, db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "参保人员"
        constraints = [
            models.UniqueConstraint(
                fields=["certificate_digest", "home_area"],
                name="person_once_per_area",
                violation_error_message="该证件号码在本统筹区已登记。",
            )
        ]
        indexes = [
            models.Index("home_area", "name", "id", name="person_by_area_and_name"),
            models.Index("home_province", "name", "id", name="person_by_province_and_name"),
            models.Index("name", "id", name="person_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        from registry.certificates import certificate_digest

        self.certificate_digest = certificate_digest(self.certificate_number)
        self.home_province_id = self.home_area.province_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Certificate number and birth date are right in form and agree with each other."""
        check = check_certificate(self.certificate_type, self.certificate_number)
        if not check.ok:
            raise ValidationError({"certificate_number": list(check.faults)})
        if check.born_on and self.born_on and check.born_on != self.born_on:
            raise ValidationError({"born_on": f"与证件号码中的出生日期 {check.born_on} 不一致，请核对。"})

    @property
    def masked_certificate(self) -> str:
        """The number as it may be shown."""
        return mask_identity_number(self.certificate_number)


class Enrolment(Dated):
    """One insurance of a person in one area (参保关系): national insuinfo."""

    person = models.ForeignKey(InsuredPerson, models.PROTECT, verbose_name="参保人员", related_name="enrolments")
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    province = models.ForeignKey(
        Region, models.PROTECT, verbose_name="参保省", related_name="+", editable=False, db_index=False
    )
    person_type = models.CharField("人员类别", max_length=12, choices=PersonType)
    status = models.CharField("参保状态", max_length=12, choices=InsuredStatus, default=InsuredStatus.NORMAL)
    aid = models.CharField("救助对象类别", max_length=16, choices=Aid, default=Aid.NONE)
    insured_months = models.PositiveIntegerField("缴费月数", default=0)
    tags = models.JSONField("标签", default=list, blank=True)
    account_balance = YuanField("个人账户余额", default=0)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "参保关系"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "insurance"],
                condition=Q(valid_until=None),
                name="enrolment_one_open_per_insurance",
                violation_error_message="该人员此险种已有在保关系。",
            ),
            models.CheckConstraint(
                condition=Q(account_balance__gte=0),
                name="enrolment_balance_not_negative",
                violation_error_message="个人账户余额不得为负。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_insurance_display()}（{self.area}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.province_id = self.area.province_id
        super().save(*args, **kwargs)


scope.register(InsuredPerson, provinces=("home_province",), areas=("home_area",))
scope.register(Enrolment, provinces=("province",), areas=("area",))
