"""Generating a month beside a bare COPY of the same rows, shard by shard."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from benchmarks import database
from benchmarks.harness import Result, compare
from config.generate import month
from config.generate.order import Order
from config.generate.rows import TABLES, Sink
from config.generate.shards import Shard
from config.generate.world import SHARDS

AT_ONCE = 1 << 20  # characters sent at a time
SOME_SHARDS, MANY = 4, 200_000  # of a month beyond so many settlements only some shards are measured


class Kept(Sink):
    """Keeps the rows it sends in a file for each table."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def flush(self) -> int:
        for table, rows in self._waiting.items():
            with (self._folder / table).open("a", encoding="utf-8") as kept:
                kept.writelines(rows)
        return super().flush()


def measure(order: Order) -> Result:
    """Write shards into the database that is in use, each once more as rows alone into a copy of it; then all the others."""
    numbers, world, rhythm = month.prepare(order)
    shards = iter(range(SHARDS))
    with TemporaryDirectory() as place, copy_of_the_database() as (copy, empty):
        folder = Path(place)

        def generate() -> None:
            empty()
            for kept in folder.iterdir():
                kept.unlink()
            shard = next(shards)
            Shard(order, shard, numbers[shard], world, rhythm, sink=Kept(folder)).run(lambda done: None)

        def copy_rows() -> None:
            with copy.cursor() as cursor:
                cursor.execute("BEGIN; SET CONSTRAINTS ALL IMMEDIATE")
                for table, columns in TABLES.items():
                    copying = cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN")
                    with (folder / table).open(encoding="utf-8") as rows, copying as sent:
                        while some := rows.read(AT_ONCE):
                            sent.write(some)
                cursor.execute("COMMIT")

        result = compare(
            f"generate {order.settlements:,}", generate, "COPY of the same rows", copy_rows,
            units=order.settlements // SHARDS, rounds=SOME_SHARDS if order.settlements > MANY else SHARDS, warm_up=False,
        )  # fmt: skip
    month.generate(order, processes=os.cpu_count() or 1)
    return result


@contextmanager
def copy_of_the_database() -> Iterator[tuple[BaseDatabaseWrapper, Callable[[], None]]]:
    """A connection to the copy, and a way to empty there what a shard fills."""
    with database.copied("bench_copy"):
        copies = {}
        for alias in ("default", "owner"):
            copies[alias] = connections[alias].copy()
            copies[alias].settings_dict["NAME"] = "bench_copy"

        def empty() -> None:
            with copies["owner"].cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")

        try:
            yield copies["default"], empty
        finally:
            for copy in copies.values():
                copy.close()
