"""Measures a subject and its yardstick in turn, and states the ratio with its spread."""

import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"
SMALL = os.environ.get("SIZE") == "small"
ROUNDS = 3 if SMALL else 15


@dataclass(frozen=True)
class Result:
    """How often the subject's time holds the yardstick's: 1 means as fast, 0.5 half as fast; memory in MB."""

    subject: str
    yardstick: str
    ratio: float
    least: float
    most: float
    subject_per_second: float
    rounds: int
    peak_memory: int

    def __str__(self) -> str:
        return (
            f"{self.subject}: {self.ratio:.2f} × {self.yardstick} ({self.least:.2f}–{self.most:.2f}, {self.rounds} rounds), "
            f"{self.subject_per_second:,.0f}/s, peak memory {self.peak_memory} MB"
        )


def compare(
    subject: str,
    run: Callable[[], object],
    yardstick: str,
    run_yardstick: Callable[[], object],
    *,
    units: int,
    rounds: int = ROUNDS,
    warm_up: bool = True,
) -> Result:
    """Run both in turn, subject and yardstick; a first round to warm up does not count."""
    ratios, rates = [], []
    for round_number in range(rounds + warm_up):
        taken, taken_by_yardstick = _seconds(run), _seconds(run_yardstick)
        if round_number or not warm_up:
            ratios.append(taken_by_yardstick / taken)
            rates.append(units / taken)
    return Result(
        subject, yardstick, statistics.median(ratios), min(ratios), max(ratios), statistics.median(rates), rounds,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )  # fmt: skip


def keep(results: list[Result], machine: str) -> None:
    """Write the results to ``results.json`` with the machine they come from."""
    kept = {"machine": machine, "results": [asdict(result) for result in results]}
    RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def machine(server: str) -> str:
    """What was measured on."""
    return f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}; PostgreSQL: {server}"


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
