"""Generate one month: places and policies first, then the shards in any number of processes, the same rows from each."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from common import terms
from common.dates import Month
from common.partitions import open_months, partitioned_models
from common.scheduling import JobRun
from common.transitions import Refused
from config.generate import actors, acts, places, workers
from config.generate.numbering import reserve
from config.generate.order import Numbers, Order
from config.generate.rhythm import Rhythm, at
from config.generate.shards import Shard
from config.generate.world import SHARDS, World, read_world
from registry.enums import Insurance
from registry.models import PoolingArea
from settlement import published_policies
from settlement.demo_policies import demo_policy_text
from settlement.models import Policy
from settlement.rules.fen import yuan

JOB = "generate"
EARLIEST = Month(2023, 4)  # filings some weeks before, under the procedures in force since 2023
POLICY_FROM = date(2023, 1, 1)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Generated:
    """What a month came to."""

    order: Order
    counts: Counter[str]
    institutions: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The counts, amounts in yuan."""
        counts = self.counts
        return {
            "month": self.order.month,
            "seed": self.order.seed,
            "acts": "all" if self.order.acts else "none",
            **{name: counts[name] for name in ("settlements", "reversals", "reversed_after_month_end", "returned")},
            **{name: counts[name] for name in ("persons", "filings", "deemed_filed")},
            "institutions": self.institutions,
            "by_service": _part(counts, "service"),
            "by_insurance": _part(counts, "insurance"),
            "amounts": {name: str(yuan(counts[name])) for name in ("total", "fund", "account")},
            "seconds": round(self.seconds, 1),
            "settlements_per_second": round(counts["settlements"] / self.seconds) if self.seconds else 0,
        }


def generate(order: Order, *, processes: int, progress: Progress = lambda done: None) -> Generated:
    """Write the month into the database; Refused where it cannot be, with nothing of it written."""
    begun = time.perf_counter()
    _refuse(order)
    with transaction.atomic():
        numbers, world, rhythm = _prepare(order)
    counts: Counter[str] = Counter()
    if processes > 1:
        for shard in workers.spread(order, numbers, processes, progress):
            counts += shard
    else:
        for number in range(SHARDS):
            counts += Shard(order, number, numbers[number], world, rhythm).run(progress)
    _note(order, counts)
    institutions = len(places.codes())
    return Generated(order, counts, institutions, time.perf_counter() - begun)


def _refuse(order: Order) -> None:
    if order.period < EARLIEST:
        raise Refused(f"{order.month} 太早。", field="month", remedy=f"请选择 {EARLIEST} 及以后的月份。")
    if JobRun.objects.filter(job=JOB, period=order.month).exists():
        raise Refused(
            f"本数据库已经生成过 {order.month}，或上次没有做完。",
            field="month",
            remedy="请换一个月份，或换用新的数据库。",
        )


def _prepare(order: Order) -> tuple[list[Numbers], World, Rhythm]:
    """Everything that the shards share, kept before they begin."""
    month = order.period
    open_months(partitioned_models(), month, 2)
    if settings.DEMO:
        put_demo_policies_in_force()
    places.make_institutions()
    actors.clerks()
    world, rhythm = read_world(order), Rhythm.of(month, terms.calendar(), order.settlements)
    numbers = reserve(rhythm, world.shares())
    first = at(month.first)
    JobRun.objects.create(
        job=JOB, label="生成演示数据：一个月的备案与结算", period=order.month, planned_at=first, started_at=first,
        outcome=JobRun.Outcome.RUNNING,
    )  # fmt: skip
    if order.acts:
        acts.ask_for(month)
    return numbers, world, rhythm


def put_demo_policies_in_force() -> int:
    """A demo policy for every area and insurance that has no policy."""
    real = set(Policy.objects.values_list("area_id", "insurance"))
    wanted = [
        (area, insurance)
        for area in sorted(PoolingArea.objects.all(), key=lambda area: area.code)
        for insurance in Insurance.values
        if (area.code, insurance) not in real
    ]
    texts = [(f"{area}{i}", demo_policy_text(area.code, area.name, i, POLICY_FROM)) for area, i in wanted]
    return published_policies.put_in_force(texts, at(POLICY_FROM)) if texts else 0


def _note(order: Order, counts: Counter[str]) -> None:
    run = JobRun.objects.get(job=JOB, period=order.month)
    run.outcome, run.ended_at = JobRun.Outcome.DONE, run.started_at
    run.counts = {"结算": counts["settlements"], "冲销": counts["reversals"], "备案": counts["filings"]}
    run.save()


def _part(counts: Counter[str], name: str) -> dict[str, int]:
    return {key.partition(".")[2]: counts[key] for key in sorted(counts) if key.startswith(f"{name}.")}
