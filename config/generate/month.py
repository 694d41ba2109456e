"""Generate one month: places and policies first, then the shards in any number of processes, the same rows from each."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
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
from config.generate.numbering import Firsts, Wanted, deal, reserve
from config.generate.order import Numbers, Order
from config.generate.rhythm import Rhythm, at
from config.generate.shards import SHARD_JOB, Shard, shard_period
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
    """Write the month into the database, or what is missing of one that was broken off; Refused where it cannot be."""
    begun = time.perf_counter()
    numbers, world, rhythm = prepare(order)
    done = _done(order)
    progress(_sum(done.values())["settlements"])
    missing = [shard for shard in range(SHARDS) if shard not in done]
    if processes > 1 and missing:
        workers.spread(order, {shard: numbers[shard] for shard in missing}, processes, progress)
    else:
        for shard in missing:
            Shard(order, shard, numbers[shard], world, rhythm).run(progress)
    counts = _sum(_done(order).values())
    _note(order, counts)
    return Generated(order, counts, len(places.codes()), time.perf_counter() - begun)


def unfinished() -> Order | None:
    """The month that was broken off, if one was."""
    run = JobRun.objects.filter(job=JOB, outcome=JobRun.Outcome.RUNNING).order_by("period").first()
    return _order_of(run) if run else None


@transaction.atomic
def prepare(order: Order) -> tuple[list[Numbers], World, Rhythm]:
    """Everything that the shards share, kept before they begin, with the first numbers, so that they can go on later."""
    if order.period < EARLIEST:
        raise Refused(f"{order.month} 太早。", field="month", remedy=f"请选择 {EARLIEST} 及以后的月份。")
    run = JobRun.objects.select_for_update().filter(job=JOB, period=order.month).first()
    if run is None:
        world, rhythm = _open(order)
        firsts = reserve(Wanted(rhythm, world.shares()))
        begun = at(order.period.first)
        JobRun.objects.create(
            job=JOB, label="生成演示数据：一个月的备案与结算", period=order.month, planned_at=begun, started_at=begun,
            outcome=JobRun.Outcome.RUNNING, counts={"参数": asdict(order), "首号": asdict(firsts)},
        )  # fmt: skip
    else:
        _refuse_other_than(run, order)
        world, rhythm = _shared(order)
        firsts = Firsts(**run.counts["首号"])
    return deal(Wanted(rhythm, world.shares()), firsts), world, rhythm


def _refuse_other_than(run: JobRun, order: Order) -> None:
    """A month is generated once; one that was broken off goes on as it was ordered."""
    if run.outcome == JobRun.Outcome.DONE:
        raise Refused(f"本数据库已经生成过 {order.month}。", field="month", remedy="请换一个月份，或换用新的数据库。")
    if (ordered := _order_of(run)) != order:
        acts = "all" if ordered.acts else "none"
        raise Refused(
            f"{order.month} 上次没有生成完，当时的参数不同。",
            field="month",
            remedy=f"请用 --settlements {ordered.settlements} --seed {ordered.seed} --acts {acts} 把它做完。",
        )


def _order_of(run: JobRun) -> Order:
    return Order(**run.counts["参数"])


def _done(order: Order) -> dict[int, Counter[str]]:
    """What each shard that is done came to."""
    shards = {shard_period(order, shard): shard for shard in range(SHARDS)}
    runs = JobRun.objects.filter(job=SHARD_JOB, period__in=shards).values_list("period", "counts")
    return {shards[period]: Counter(counts) for period, counts in runs}


def _sum(shards: Iterable[Counter[str]]) -> Counter[str]:
    return sum(shards, Counter())


def _open(order: Order) -> tuple[World, Rhythm]:
    """Room, policies, places and people, before the first shard."""
    month = order.period
    open_months(partitioned_models(), month, 2)
    if settings.DEMO:
        put_demo_policies_in_force()
    places.make_institutions()
    actors.clerks()
    if order.acts:
        acts.ask_for(month)
    return _shared(order)


def _shared(order: Order) -> tuple[World, Rhythm]:
    return read_world(order), Rhythm.of(order.period, terms.calendar(), order.settlements)


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
    """All shards are done, with what they came to."""
    run = JobRun.objects.get(job=JOB, period=order.month)
    run.outcome, run.ended_at = JobRun.Outcome.DONE, run.started_at
    run.counts = {"结算": counts["settlements"], "冲销": counts["reversals"], "备案": counts["filings"]}
    run.save()


def _part(counts: Counter[str], name: str) -> dict[str, int]:
    return {key.partition(".")[2]: counts[key] for key in sorted(counts) if key.startswith(f"{name}.")}
