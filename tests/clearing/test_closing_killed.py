"""A process that is killed in the middle of a job leaves a state from which the schedule reaches the same month.

Real processes on the test's database, each ended by SIGKILL at a statement drawn by lot; after it the next one goes on.
"""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from clearing.models import Notice, NoticeLine, ProvinceSheet, Sheet, SheetRow
from common.cases import StatusChange
from common.scheduling import JobRun, run_due
from common.transitions import broken_links
from config.schedule import MONTH_JOBS, SCHEDULE, first_day
from settlement.models import Statement, StatementLine
from tests.conftest import at
from tests.stories import agree, confirm_all, open_hospital, publish, traveller, visit

HOUSE = Path(__file__).resolve().parent.parent.parent
LOT = Random(21)  # noqa: S311 - the moments differ, and are the same in every run

# Waits for a line with a moment and a number of statements, and is gone after that many.
CHILD = """
import os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from datetime import datetime
from django.db import connection
from common.scheduling import run_due
from config.schedule import MONTH_JOBS, SCHEDULE, first_day
print("ready", flush=True)
moment, left = sys.stdin.readline().split()
left = int(left)

def count(execute, sql, params, many, context):
    global left
    answer = execute(sql, params, many, context)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

with connection.execute_wrapper(count):
    run_due(SCHEDULE, datetime.fromisoformat(moment), since=first_day(), only=MONTH_JOBS)
"""

Child = subprocess.Popen[str]
Children = Callable[[], Child]
READY = 6  # started ahead, since each takes a second to get ready


@pytest.fixture
def children(committed_db: None) -> Iterator[Children]:
    """Gives processes that are ready to run the schedule on this test's database."""
    at_hand = connection.settings_dict
    user, password = quote(at_hand["USER"], safe=""), quote(at_hand["PASSWORD"] or "", safe="")
    host, port = quote(at_hand["HOST"], safe=""), f":{at_hand['PORT']}" if at_hand["PORT"] else ""
    address = f"postgresql://{user}:{password}@{host}{port}/{at_hand['NAME']}"
    environment = {**os.environ, "DATABASE_URL": address, "DATABASE_POOL": "0", "LOG_LEVEL": "ERROR"}
    started: deque[Child] = deque()

    def start() -> None:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", CHILD], cwd=HOUSE, env=environment, text=True, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip

    def next_child() -> Child:
        while len(started) < READY:
            start()
        return started.popleft()

    yield next_child
    for child in started:
        child.kill()
        child.communicate()


def kill_in(children: Children, moment: str, statements: int) -> bool:
    """Let one process run up to the moment and kill it after so many statements; whether it was killed."""
    child = children()
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.write(f"{at(moment).isoformat()} {statements}\n")
    child.stdin.flush()
    ended = child.wait(timeout=20)
    child.stdin.close()
    child.stdout.close()
    assert ended in (0, -9)
    wait_until_it_is_gone()
    return ended == -9


def wait_until_it_is_gone() -> None:
    """The server notices within moments that its client is no more, and rolls back what was not committed."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND usename = current_user"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the killed process's connection is still there")


def run_month(moment: str) -> list[JobRun]:
    return run_due(SCHEDULE, at(moment), since=first_day(), only=MONTH_JOBS)


def state() -> dict[str, Any]:
    """All that the month's jobs write, but for running numbers."""
    return {
        "statements": sorted(
            Statement.objects.values_list("institution", "period", "declared_period", "status", "amount", "due_on")
        ),
        "lines": sorted(StatementLine.objects.values_list("home_province", "host_province", "service", "amount")),
        "sheets": sorted(Sheet.objects.values_list("period", "status", "amount", "sha256", "generated_on")),
        "rows": sorted(SheetRow.objects.values_list("sheet__period", "home", "host", "service", "returned", "amount")),
        "provinces": sorted(ProvinceSheet.objects.values_list("province", "status", "payable", "receivable")),
        "notices": sorted(Notice.objects.values_list("province", "kind", "amount", "published_at")),
        "notice lines": sorted(NoticeLine.objects.values_list("notice__province", "kind", "counterpart", "amount")),
        "history": sorted(StatusChange.objects.values_list("case_kind", "verb", "to_status", "at")),
        "jobs": sorted(JobRun.objects.values_list("job", "period", "outcome", "counts__人次")),
    }


class Counted:
    """Counts the statements of a run."""

    statements = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)


def rehearsed(moment: str) -> tuple[dict[str, Any], int]:
    """What an undisturbed run up to the moment leads to, and in how many statements; undone again."""
    counted = Counted()
    with transaction.atomic():
        with connection.execute_wrapper(counted):
            assert {run.outcome for run in run_month(moment)} == {"done"}
        expected = state()
        transaction.set_rollback(True)
    return expected, counted.statements


def survive(children: Children, moment: str, kills: int) -> None:
    """Killed again and again the run up to the moment ends where an undisturbed one would."""
    expected, statements = rehearsed(moment)
    before = state()
    killed = sum(kill_in(children, moment, LOT.randint(3, statements)) for _ in range(kills))
    assert killed
    for sheet in Sheet.objects.all():
        assert sheet.rows.exists(), "a sheet without its rows"
    assert before != expected
    run_month(moment)
    assert state() == expected
    assert run_month(moment) == []
    assert broken_links(StatusChange.objects.order_by("case_kind", "case_id", "sequence")) == []


@pytest.mark.parametrize("kills", [(1, 3, 2), pytest.param((40, 120, 40), marks=pytest.mark.torture)])
def test_a_month_survives_being_killed_while_it_is_drawn_closed_and_noticed(
    children: Children, kills: tuple[int, int, int]
) -> None:
    publish()
    for n in range(3):
        hospital = open_hospital(f"H1101010001{n}", "119900", "110000")
        for scope in ("100.00", "60.00"):
            visit(traveller(), hospital, "outpatient", "2026-09-10 09:00", in_scope=scope)
    survive(children, "2026-10-01 08:00", kills=kills[0])
    for statement in Statement.objects.order_by("pk")[:2]:  # the third is late
        agree(statement, "2026-10-12 09:00")
    survive(children, "2026-10-21 08:00", kills=kills[1])
    confirm_all(Sheet.objects.get(), "2026-10-23 09:00")
    survive(children, "2026-10-31 08:00", kills=kills[2])


def test_a_job_killed_between_its_work_and_its_record_has_done_neither(committed_db: None) -> None:
    """What is done and that it is done are one transaction: with two the month would be stuck at its second closing."""
    publish()
    hospital = open_hospital("H11010100010", "119900", "110000")
    visit(traveller(), hospital, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    run_month("2026-10-21 00:05")

    class Gone(BaseException):
        """The process ends here."""

    def die_at_the_record(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if sql.startswith('UPDATE "common_jobrun"') and Sheet.objects.exists():
            raise Gone
        return execute(sql, params, many, context)

    with pytest.raises(Gone), connection.execute_wrapper(die_at_the_record):
        run_month("2026-10-21 08:00")
    assert not Sheet.objects.exists()
    [run] = run_month("2026-10-21 08:00")
    assert (run.job, run.outcome, run.attempts) == ("close_month", "done", 2)
