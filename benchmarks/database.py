"""Databases that are there for one measurement and gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections


@contextmanager
def fresh(name: str) -> Iterator[None]:
    """A database with the tables and the reference data, which every connection means by ``default`` meanwhile."""
    real = {alias: connections[alias].settings_dict["NAME"] for alias in ("owner", "default")}
    _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    _use(dict.fromkeys(real, name))
    try:
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        yield
    finally:
        _use(real)
        _maintain(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def copied(name: str) -> Iterator[None]:
    """A second database like the first one as it now is."""
    of = connections["owner"].settings_dict["NAME"]
    for alias in ("owner", "default"):
        connections[alias].close()
    _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    try:
        yield
    finally:
        _maintain(f'DROP DATABASE "{name}" WITH (FORCE)')


def _use(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _maintain(*statements: str) -> None:
    owner = connections["owner"]
    owner.close()
    with owner._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    owner.close()
