"""Case numbers: what it is, the day, and a running number that never repeats."""

from datetime import date

from django.db import connection


def next_numbers(prefix: str, on: date, count: int = 1) -> list[str]:
    """The next case numbers, e.g. ``BA2026100100000042``; gaps are no fault, repeats cannot be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('common_case_number') FROM generate_series(1, %s)", [count])
        return [f"{prefix}{on:%Y%m%d}{running:08d}" for (running,) in cursor.fetchall()]


def next_number(prefix: str, on: date) -> str:
    """The next case number."""
    return next_numbers(prefix, on)[0]
