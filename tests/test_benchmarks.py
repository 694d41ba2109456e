"""``make bench`` runs: what it measures is said elsewhere, that it can be measured is shown here."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import RESULTS
from benchmarks.server import MB, settings_for

HOUSE = Path(__file__).resolve().parent.parent


def test_every_measurement_runs_and_leaves_its_ratio() -> None:
    RESULTS.unlink(missing_ok=True)
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks"], cwd=HOUSE, env=os.environ | {"SIZE": "small"}, check=False, text=True,
        capture_output=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    results = json.loads(RESULTS.read_text(encoding="utf-8"))["results"]
    subjects = [result["subject"] for result in results]
    assert subjects == ["benefit", "benefit with steps", "generate 2,000", "draw the statements", "close the month"]
    for result in results:
        assert 0 < result["least"] <= result["ratio"] <= result["most"]
        assert f"{result['subject']}: " in told.stdout


def test_a_server_of_its_own_gets_the_memory_of_the_machine() -> None:
    assert settings_for(24 * 1024 * MB) | {"jit": "off"} == {
        "shared_buffers": "6144MB", "effective_cache_size": "12288MB", "work_mem": "96MB",
        "maintenance_work_mem": "768MB", "max_wal_size": "8GB", "checkpoint_timeout": "30min", "jit": "off",
    }  # fmt: skip
    assert settings_for(256 * 1024 * MB)["shared_buffers"] == "8192MB"
