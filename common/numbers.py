"""Case numbers: what it is, the day, and a running number that never repeats; and the keys of rows yet to be kept."""

from datetime import date

from django.db import connection
from django.db.models import Model


def next_numbers(prefix: str, on: date, count: int = 1) -> list[str]:
    """The next case numbers, e.g. ``BA2026100100000042``; gaps are no fault, repeats cannot be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('common_case_number') FROM generate_series(1, %s)", [count])
        return [f"{prefix}{on:%Y%m%d}{running:08d}" for (running,) in cursor.fetchall()]


def next_number(prefix: str, on: date) -> str:
    """The next case number."""
    return next_numbers(prefix, on)[0]


def next_keys(model: type[Model], count: int) -> list[int]:
    """The keys of the model's next rows, so that rows which point at them can be kept first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]
