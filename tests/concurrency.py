"""Several connections at once, as several workers have them."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Thread
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


def in_background(act: Callable[[], Any]) -> Future[Any]:
    """Start the act on a connection of its own and go on."""
    future: Future[Any] = Future()

    def do() -> None:
        try:
            future.set_result(act())
        except Exception as fault:
            future.set_exception(fault)
        finally:
            connections.close_all()

    Thread(target=do, daemon=True).start()
    return future


def wait_until_one_waits() -> None:
    """Until some connection waits for a lock."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
