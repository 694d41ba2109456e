"""A case has a number, a status, an office and terms; all that happened to it stays on record."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class Case(models.Model):
    """What an office works on (业务件): a filing, a statement, a province's sheet.

    ``status`` is assigned by ``common.transitions`` alone, ``due_on`` by ``common.terms`` alone.
    """

    number = models.CharField("业务编号", max_length=40, unique=True, editable=False)
    status: Any  # each kind brings its own field, with its own choices
    due_on = models.DateField("最近期限", null=True, blank=True, editable=False)
    agency = models.ForeignKey(  # led by an index of each kind, where it is searched by
        "registry.Agency", models.PROTECT, verbose_name="经办机构", related_name="+", editable=False, db_index=False
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField("建立时间", editable=False)

    FINAL: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @classmethod
    def kind(cls) -> str:
        """The name under which terms and history keep this kind of case."""
        return cls._meta.label_lower


class OfCase(models.Model):
    """A row that belongs to a case of any kind."""

    case_kind = models.CharField("业务类别", max_length=60)
    case_id = models.BigIntegerField("业务件")

    class Meta:
        abstract = True


class Term(OfCase):
    """A term of a case (期限): what started it, by which article, until when, who must act, how it ended."""

    kind = models.CharField("期限名称", max_length=40)
    article = models.CharField("依据", max_length=120)
    rule = models.CharField("计算方法", max_length=40)
    started_on = models.DateField("起算日")
    due_on = models.DateField("到期日")
    provisional = models.BooleanField("含未公布的放假安排", default=False)
    agency = models.ForeignKey(
        "registry.Agency", models.PROTECT, verbose_name="应办机构", related_name="+", db_index=False
    )
    ended_on = models.DateField("结束日", null=True)
    outcome = models.CharField("结果", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        constraints = [
            models.UniqueConstraint(
                fields=["case_kind", "case_id", "kind"],
                condition=models.Q(ended_on=None),
                name="term_open_once",
                violation_error_message="同一业务件的同一期限只能有一个在计。",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("started_on")),
                name="term_due_after_start",
                violation_error_message="到期日不得早于起算日。",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], condition=models.Q(ended_on=None), name="term_open_by_agency"),
            models.Index(fields=["due_on"], condition=models.Q(ended_on=None), name="term_open_by_due"),
            models.Index(fields=["case_kind", "case_id"], name="term_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}（{self.due_on}到期）"

    def days_left(self, today: date) -> int:
        """Calendar days until the end of the due day; negative once overdue."""
        return (self.due_on - today).days


class StatusChange(OfCase):
    """One step in the life of a case (办理记录), chained to the one before it so that none can be altered unseen."""

    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("操作", max_length=40)
    from_status = models.CharField("原状态", max_length=40, blank=True)
    to_status = models.CharField("新状态", max_length=40)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="操作人", related_name="+", null=True)
    why = models.CharField("说明", max_length=500, blank=True)
    previous_digest = models.CharField("上一条摘要", max_length=64, blank=True)
    digest = models.CharField("摘要", max_length=64)

    APPEND_ONLY = True

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        constraints = [
            models.UniqueConstraint(
                fields=["case_kind", "case_id", "sequence"],
                name="status_change_in_sequence",
                violation_error_message="办理记录的序号重复。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb}（{self.at:%Y-%m-%d %H:%M}）"
