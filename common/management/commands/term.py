"""When does a term starting on this day end, and how was it counted? The answer needs no database."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import dates
from common.calendar_source import published_calendar
from common.dates import BeyondCalendar, DueDate

WRONG_INPUT = 2
WEEKDAYS = "一二三四五六日"

WITH_NUMBER: dict[str, tuple[str, Callable[[date, int], DueDate]]] = {
    "working_days": ("N个工作日内", lambda start, n: dates.working_days_after(published_calendar(), start, n)),
    "days": ("N日内（自然日）", lambda start, n: dates.days_after(published_calendar(), start, n)),
    "months": ("N个月，止于后月同日的前一日", dates.months_after),
    "by_day": ("起算日之后的第一个N日；与 --of-next-month 同用时为次月N日", dates.by_day),
}
WITHOUT_NUMBER: dict[str, tuple[str, Callable[[date], DueDate]]] = {
    "by_month_end": ("当月底前", dates.by_month_end),
    "first_quarter": ("次年第一季度内", dates.first_quarter),
}


class Command(BaseCommand):
    help = "计算期限：从起算日起何日到期，逐日说明计入与否"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", nargs="?", help="起算日，例如 2026-02-13")
        for name, (meaning, _) in WITH_NUMBER.items():
            parser.add_argument(_option(name), metavar="N", help=meaning)
        for name, (meaning, _) in WITHOUT_NUMBER.items():
            parser.add_argument(_option(name), action="store_true", help=meaning)
        parser.add_argument("--of-next-month", action="store_true", help="与 --by-day 同用：次月的那一日")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, **options: Any) -> None:
        try:
            due = _compute(options)
        except (ValueError, BeyondCalendar) as fault:
            raise CommandError(str(fault), returncode=WRONG_INPUT) from fault
        self.stdout.write(_as_json(due) if options["json"] else _as_text(due))


def _compute(options: dict[str, Any]) -> DueDate:
    start = _day(options["start"])
    chosen = [name for name in (*WITH_NUMBER, *WITHOUT_NUMBER) if options[name] not in (None, False)]
    if len(chosen) != 1:
        every = "、".join(_option(name) for name in (*WITH_NUMBER, *WITHOUT_NUMBER))
        raise ValueError(f"请在 {every} 中只选一项，现在选了{len(chosen)}项")
    name = chosen[0]
    if options["of_next_month"] and name != "by_day":
        raise ValueError("--of-next-month 只能与 --by-day 同用")
    if name in WITHOUT_NUMBER:
        return WITHOUT_NUMBER[name][1](start)
    compute = dates.by_day_of_next_month if options["of_next_month"] else WITH_NUMBER[name][1]
    return compute(start, _number(name, options[name]))


def _day(text: str | None) -> date:
    if text is None:
        raise ValueError("请给出起算日，例如 2026-02-13")
    fault = f"起算日“{text}”不正确，请写成“年份-两位月份-两位日期”，例如 2026-02-13"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(fault)
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise ValueError(fault) from cause


def _number(name: str, given: str | int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", str(given)):
        raise ValueError(f"{_option(name)} 之后请写整数，不能是“{given}”")
    return int(given)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _as_json(due: DueDate) -> str:
    days = [{"on": day.on.isoformat(), "counted": day.counted, "why": day.why} for day in due.days]
    return json.dumps(
        {"due_on": due.due_on.isoformat(), "provisional": due.provisional, "days": days}, ensure_ascii=False
    )


def _as_text(due: DueDate) -> str:
    lines = [f"到期日：{due.due_on.isoformat()}（含当日）"]
    if due.provisional:
        lines.append("其中有的年份放假调休安排尚未公布，到期日为暂估")
    for day in due.days:
        mark = "计入" if day.counted else "不计"
        lines.append(f"{day.on.isoformat()} 星期{WEEKDAYS[day.on.weekday()]} {mark} {day.why}")
    return "\n".join(lines)
