"""Databases that are there for one run and gone after it: a benchmark's, or a test run's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import ProgrammingError, connections

TRIES, PAUSE = 20, 0.5  # seconds between two


@contextmanager
def fresh(name: str) -> Iterator[None]:
    """A database with the tables and the reference data, which every connection means by ``default`` meanwhile."""
    real = {alias: connections[alias].settings_dict["NAME"] for alias in ("owner", "default")}
    _drop(name)
    _maintain(f'CREATE DATABASE "{name}"')
    _use(dict.fromkeys(real, name))
    try:
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        yield
    finally:
        _use(real)
        _drop(name)


@contextmanager
def copied(name: str) -> Iterator[None]:
    """A second database like the first one as it now is."""
    of = connections["owner"].settings_dict["NAME"]
    connections["default"].close()
    _drop(name)
    _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    try:
        yield
    finally:
        _drop(name)


def _use(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _drop(name: str) -> None:
    """Take the database away, whoever is connected; the server's own cleaning is not ours to end, and is soon over."""
    for last in (*[False] * TRIES, True):
        try:
            _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except ProgrammingError:
            if last:
                raise
            time.sleep(PAUSE)
        else:
            return


def _maintain(statement: str) -> None:
    owner = connections["owner"]
    owner.close()
    with owner._nodb_cursor() as cursor:
        cursor.execute(statement)
    owner.close()
