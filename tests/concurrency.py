"""Several connections at once, as several workers have them."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection, connections


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do the acts at the same moment, each on a connection of its own; results or exceptions in the order of the acts."""
    start = Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        futures = [threads.submit(do, act) for act in acts]
        return [future.exception(timeout=30) or future.result() for future in futures]


@contextmanager
def meanwhile(act: Callable[[], Any]) -> Any:
    """Start the act on another connection and go on; it ends when the block has ended."""

    def do() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        future: Future[Any] = threads.submit(do)
        yield future
        future.exception(timeout=30)


def wait_until_one_waits() -> None:
    """Until some connection of this database waits for a lock."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
