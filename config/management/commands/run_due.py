"""Runs every scheduled job that should have run by a moment and has not, once and in order."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from common.scheduling import ClockSetBack, JobRun, run_due
from config.generate.acts import with_acts
from config.schedule import SCHEDULE, first_day

EXAMPLE = "2026-10-21T00:30:00+08:00"


class Command(BaseCommand):
    help = "补做到某一时刻应做而未做的定时作业，各做一次，按序进行；有一项失败即以 1 退出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="时刻", help=f"做到这一时刻为止，例如 {EXAMPLE}；不写即为现在")
        parser.add_argument("--rehearse", action="store_true", help="演练：照样运行并列出结果，最后全部撤回")

    def handle(self, *, now: str | None, rehearse: bool, **options: Any) -> None:
        moment = timezone.now() if now is None else _moment(now)
        if moment > timezone.now() and not (settings.DEMO or rehearse):
            raise CommandError(f"{now} 还没有到。请等到那时再运行；想先看结果，请加 --rehearse（做完全部撤回）。")
        try:
            runs = self._rehearse(moment) if rehearse else self._run(moment)
        except ClockSetBack as back:
            raise CommandError(f"{back}请核对系统时钟和 --now。") from None
        if not runs:
            self.stdout.write("没有应做而未做的作业。")
        if failed := sum(run.outcome != JobRun.Outcome.DONE for run in runs):
            raise CommandError(f"{failed} 项作业失败，原因见作业运行记录；处理后重新运行即可。")

    def _rehearse(self, moment: datetime) -> list[JobRun]:
        with transaction.atomic():
            runs = self._run(moment)
            transaction.set_rollback(True)
        self.stdout.write("以上为演练，已全部撤回。")
        return runs

    def _run(self, moment: datetime) -> list[JobRun]:
        runs = run_due(with_acts(SCHEDULE), moment, since=first_day(), wait=True)
        for run in runs:
            self.stdout.write(_line(run))
        return runs


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"时刻“{text}”不正确，请写成 {EXAMPLE}。") from None
    if moment.utcoffset() is None:
        raise CommandError(f"时刻“{text}”没有写明时区，请写成 {EXAMPLE}（北京时间为 +08:00）。")
    return moment


def _line(run: JobRun) -> str:
    counts = "，".join(f"{name} {count}" for name, count in run.counts.items())
    fault = run.error.strip().rpartition("\n")[2]
    told = [f"{timezone.localtime(run.planned_at):%Y-%m-%d %H:%M}", run.label, f"{run.period} 期"]
    return "  ".join(part for part in (*told, run.get_outcome_display(), counts, fault) if part)
