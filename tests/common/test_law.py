"""A number of the law is asked for a day, and answers with the value of that day and its article."""

from datetime import date

import pytest

from common.law import PROCEDURES_2022, Article, Dated, Source, Value

LATER = Source("一部后来的规程", "医保发〔2030〕1号", date(2030, 7, 1))
OLD, NEW = Article(PROCEDURES_2022, "第九条", "两个工作日"), Article(LATER, "第八条", "一个工作日")
DAYS = Dated("days to decide", Value(date(2023, 1, 1), 2, OLD), Value(date(2030, 7, 1), 1, NEW))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2023, 1, 1), 2),
        (date(2026, 9, 1), 2),
        (date(2030, 6, 30), 2),
        (date(2030, 7, 1), 1),
        (date(2099, 12, 31), 1),
    ],
)
def test_the_value_of_the_day_of_the_event_holds(day: date, value: int) -> None:
    assert DAYS.on(day) == value


def test_the_value_comes_with_its_article() -> None:
    assert DAYS.value_on(date(2030, 6, 30)).article is OLD
    assert DAYS.value_on(date(2030, 7, 1)).article is NEW


def test_before_the_first_value_there_is_no_answer() -> None:
    with pytest.raises(LookupError, match="days to decide: no value before 2023-01-01, asked for 2022-12-31"):
        DAYS.on(date(2022, 12, 31))


def test_values_stand_in_the_order_of_their_dates() -> None:
    with pytest.raises(ValueError, match="order of their dates"):
        Dated("days to decide", Value(date(2030, 7, 1), 1, NEW), Value(date(2023, 1, 1), 2, OLD))


def test_a_number_without_values_is_none() -> None:
    with pytest.raises(ValueError, match="order of their dates"):
        Dated("days to decide")


def test_an_article_is_cited_as_clerks_cite_it() -> None:
    assert str(OLD) == "《基本医疗保险跨省异地就医直接结算经办规程》第九条"
