"""An examination of the books (一致性检查) is kept with what each check found, so that the latest can be read at any time."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Examination(models.Model):
    """One examination: who asked for it (nobody: the schedule), when it ran, how many checks did not hold.

    It is open from when it is asked for until it has ended; there is one open one at most.
    """

    asked_at = models.DateTimeField("发起时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", related_name="+", null=True
    )
    begun_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    checks = models.PositiveSmallIntegerField("检查项数", default=0)
    broken = models.PositiveSmallIntegerField("不符项数", default=0)
    unanswered = models.PositiveSmallIntegerField("未能检查项数", default=0)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "一致性检查"
        permissions = [("ask_examination", "可以发起一致性检查")]
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="examination_one_open",
                violation_error_message="已有一次一致性检查正在进行。",
            )
        ]
        indexes = [models.Index(fields=["-asked_at"], name="examination_latest")]

    def __str__(self) -> str:
        return f"一致性检查 {timezone.localtime(self.asked_at):%Y-%m-%d %H:%M}"

    @property
    def is_sound(self) -> bool:
        """Whether it ended, every check was answered, and every one held."""
        return self.ended_at is not None and not (self.error or self.broken or self.unanswered)


class BookCheck(models.Model):
    """What one check found: its words as they were that day, how many rows break it, and the first of them."""

    examination = models.ForeignKey(Examination, models.CASCADE, verbose_name="一致性检查", related_name="found")
    place = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=60)
    sentence = models.CharField("应当成立", max_length=300)
    article = models.CharField("依据", max_length=200)
    count = models.PositiveIntegerField("不符处数")
    columns = models.JSONField("栏目", default=list)
    rows = models.JSONField("不符之处", default=list)
    seconds = models.DecimalField("用时（秒）", max_digits=9, decimal_places=3)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查项目"
        constraints = [
            models.UniqueConstraint(
                fields=["examination", "place"],
                name="book_check_once",
                violation_error_message="同一次检查的同一项目只记一次。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holds(self) -> bool:
        """Whether it was answered, and nothing breaks it."""
        return not (self.count or self.error)


def latest() -> Examination | None:
    """The latest examination that came to an end with an answer."""
    ended: Any = Examination.objects.filter(ended_at__isnull=False, error="")
    return ended.order_by("-asked_at").first()
