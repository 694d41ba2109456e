"""The law's numbers, each standing once with its date and its article."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """A document of the law (法规文件)."""

    title: str
    number: str
    in_force: date


@dataclass(frozen=True)
class Article:
    """One article of a source (条), with the words that carry the value."""

    source: Source
    number: str
    words: str = ""

    def __str__(self) -> str:
        return f"《{self.source.title}》{self.number}"


@dataclass(frozen=True)
class Value(Generic[T]):
    """What a number of the law is from a day on."""

    since: date
    value: T
    article: Article


class Dated(Generic[T]):
    """A number of the law over time: ``on(day)`` answers with the value in force, and refuses before the first."""

    def __init__(self, meaning: str, *values: Value[T]) -> None:
        if not values or list(values) != sorted(values, key=lambda value: value.since):
            raise ValueError(f"{meaning}: values must be given in the order of their dates")
        self.meaning = meaning
        self.values = values

    def value_on(self, day: date) -> Value[T]:
        """The value in force on the day with its article; LookupError before the first."""
        for value in reversed(self.values):
            if value.since <= day:
                return value
        raise LookupError(f"{self.meaning}: no value before {self.values[0].since}, asked for {day}")

    def on(self, day: date) -> T:
        """The number itself in force on the day of the event."""
        return self.value_on(day).value


PROCEDURES_2022 = Source("基本医疗保险跨省异地就医直接结算经办规程", "医保发〔2022〕22号附件", date(2023, 1, 1))
NOTICE_2022_22 = Source(
    "国家医保局 财政部关于进一步做好基本医疗保险跨省异地就医直接结算工作的通知", "医保发〔2022〕22号", date(2022, 6, 30)
)
