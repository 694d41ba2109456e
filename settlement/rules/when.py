"""The conditions of a policy (`when`): what must be known of the person and the visit for a row to count."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

Facts: TypeAlias = Mapping[str, Any]
Condition: TypeAlias = tuple[str, Container[Any]]
When: TypeAlias = tuple[Condition, ...]

Value = TypeVar("Value")
Rows: TypeAlias = tuple[tuple[When, Value], ...]

ALWAYS: When = ()

# Facts that are whole numbers and may be compared; the others are words.
NUMERIC_FACTS = frozenset({"admission", "age", "insured_months"})
WORD_FACTS = ("person", "level", "filing", "place", "aid", "disease", "transfer", "tags")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers between bounds, both inclusive; ``None`` is no bound. An absent number is in none of them."""

    spans: tuple[tuple[int | None, int | None], ...]

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        return any(
            (lowest is None or lowest <= number) and (highest is None or number <= highest)
            for lowest, highest in self.spans
        )


@dataclass(frozen=True, slots=True)
class AnyTag:
    """Holds for a person who has any of the tags."""

    tags: frozenset[str]

    def __contains__(self, tags: object) -> bool:
        return isinstance(tags, frozenset) and not self.tags.isdisjoint(tags)


def holds(when: When, facts: Facts) -> bool:
    """Whether every condition holds; an absent fact (``None``) matches nothing."""
    for fact, allowed in when:  # noqa: SIM110 (a loop is twice as fast as all() here, and this is the hot path)
        if facts[fact] not in allowed:
            return False
    return True


def first_match(rows: Rows[Value], facts: Facts) -> Value | None:
    """What the first matching row says, or ``None``."""
    for when, value in rows:
        if holds(when, facts):
            return value
    return None
