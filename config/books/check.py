"""A check is a sentence, its article and a question; a finding is the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from common.law import Dated

COUNTED = "broken_rows"


@dataclass(frozen=True)
class Check:
    """One invariant: its name on screen, what must hold, by which article, and the rows where it does not.

    ``sql`` knows ``month`` (a period or null: all). ``parameters`` are asked for when the question is.
    """

    name: str
    sentence: str
    article: str
    sql: str
    parameters: Callable[[], Mapping[str, Any]] = field(default=dict)


@dataclass(frozen=True)
class Finding:
    """What a check found: how many rows break the invariant, and the first of them."""

    check: Check
    count: int
    rows: Sequence[Mapping[str, Any]]

    @property
    def holds(self) -> bool:
        return self.count == 0

    @property
    def name(self) -> str:
        return self.check.name


class Broken(Exception):
    """Invariants that do not hold, by name."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = findings
        super().__init__("一致性检查不符：" + "；".join(f"{each.name}（{each.count} 处）" for each in findings))


def examine(check: Check, month: str | None, most: int, using: str) -> Finding:
    """Ask the question of one check; the database counts and sorts, only the first rows come over."""
    # The question is one of ours, written out in this package: nothing from outside is put into the text.
    question = f"SELECT found.*, count(*) OVER () AS {COUNTED} FROM ({check.sql}) AS found ORDER BY 1, 2 LIMIT %(most)s"  # noqa: S608
    with connections[using].cursor() as cursor:
        cursor.execute(question, {"month": month, "most": most, **check.parameters()})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    count = rows[0][COUNTED] if rows else 0
    return Finding(check, count, [{name: row[name] for name in names if name != COUNTED} for row in rows])


def values_of(number: Dated[int]) -> list[list[Any]]:
    """The values of a number of the law with their first days, as a question takes them: the days, the values."""
    return [[value.since for value in number.values], [value.value for value in number.values]]
