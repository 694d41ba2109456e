"""Measures a subject and its yardstick in turn, and states the ratio with its spread."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"
ROUNDS = 3 if os.environ.get("SIZE") == "small" else 15


@dataclass(frozen=True)
class Result:
    """The yardstick's time over the subject's: 1 means as fast, 0.5 half as fast."""

    subject: str
    yardstick: str
    ratio: float
    least: float
    most: float
    subject_per_second: float


def compare(
    subject: str, run: Callable[[], object], yardstick: str, run_yardstick: Callable[[], object], *, units: int
) -> Result:
    """Run both in turn, subject and yardstick, after one round that does not count."""
    ratios, rates = [], []
    for round_number in range(ROUNDS + 1):
        taken, taken_by_yardstick = _seconds(run), _seconds(run_yardstick)
        if round_number:
            ratios.append(taken_by_yardstick / taken)
            rates.append(units / taken)
    return Result(subject, yardstick, statistics.median(ratios), min(ratios), max(ratios), statistics.median(rates))


def report(results: list[Result]) -> str:
    """The results as a table, and kept in ``results.json`` with the machine they come from."""
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    kept = {"machine": machine, "rounds": ROUNDS, "results": [asdict(result) for result in results]}
    RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    lines = [machine]
    for result in results:
        lines.append(
            f"{result.subject}: {result.ratio:.2f} × {result.yardstick} "
            f"({result.least:.2f}–{result.most:.2f}), {result.subject_per_second:,.0f}/s"
        )
    return "\n".join(lines)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
