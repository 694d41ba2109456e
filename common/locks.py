"""Locks on what is no row yet, or too many rows to lock one by one: the keys, and in which order they are taken.

- ``SCHEDULE``: one scheduler at a time. Held by its connection over many transactions, and gone with the connection.
- ``CLOSE``: one sheet at a time is generated. Until the transaction ends.
- ``STATEMENTS`` with the code of an institution: who settles or takes back there shares it, so that none of its months
  is agreed meanwhile; who agrees has it alone, so that no bill comes in. Until the transaction ends.

They are taken in this order, so that nobody waits in a circle: SCHEDULE, CLOSE, the rows of a person (yearly totals, then
enrolment), STATEMENTS, the rows of statements and sheets. Who has STATEMENTS alone touches no person's rows; who needs
several institutions' takes them in the order of their statements.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

SCHEDULE = 0x5C4ED
CLOSE = 0xC105E
STATEMENTS = 0x57A7


@contextmanager
def lease(key: int, *, wait: bool) -> Iterator[bool]:
    """Whether the key is held within the block; unless told to wait, somebody else's is respected."""
    if wait:
        _ask("pg_advisory_lock", key)
    held = wait or bool(_ask("pg_try_advisory_lock", key))
    try:
        yield held
    finally:
        if held:
            _ask("pg_advisory_unlock", key)


def alone(key: int, name: str = "") -> None:
    """Have the key, or what is named under it, to oneself until the transaction ends."""
    _ask("pg_advisory_xact_lock", key, *_named(name))


def together(key: int, name: str) -> None:
    """Share what is named under the key with others, and keep out who wants it alone, until the transaction ends."""
    _ask("pg_advisory_xact_lock_shared", key, *_named(name))


def _named(name: str) -> list[int]:
    """A name as a lock knows it. Two names may meet in one number: then one waits for nothing, which does no harm."""
    return [zlib.crc32(name.encode()) - 2**31] if name else []


def _ask(function: str, *keys: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(keys))})", keys)
        return cursor.fetchone()[0]
