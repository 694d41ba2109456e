"""A case number says what it is and when it came, and never comes twice."""

import re
from datetime import date

import pytest

from common.numbers import next_number, next_numbers

pytestmark = pytest.mark.django_db


def test_a_number_is_prefix_day_and_running_number() -> None:
    assert re.fullmatch(r"BA20261001\d{8}", next_number("BA", date(2026, 10, 1)))


def test_numbers_are_never_repeated_whatever_the_prefix_and_day() -> None:
    numbers = [next_number("BA", date(2026, 10, 1)), next_number("DZ", date(2026, 10, 1))]
    numbers += next_numbers("QS", date(2026, 10, 2), 50)
    assert len({number[-8:] for number in numbers}) == 52


def test_numbers_of_one_call_stand_in_order() -> None:
    numbers = next_numbers("QF", date(2026, 10, 21), 32)
    assert len(numbers) == 32
    assert numbers == sorted(numbers)


def test_none_wanted_is_none_given() -> None:
    assert next_numbers("DZ", date(2026, 10, 1), 0) == []
