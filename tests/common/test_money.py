"""Fen are rounded in one place, and what is split adds up again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import FEN, ZERO, split, to_fen

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.004999", "0.00"),
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("2.674999999", "2.67"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("-0.004", "0.00"),
        ("100", "100.00"),
        ("99999999999999.985", "99999999999999.99"),
    ],
)
def test_half_a_fen_is_rounded_away_from_zero(exact: str, rounded: str) -> None:
    assert to_fen(Decimal(exact)) == Decimal(rounded)


def test_an_amount_has_two_places_even_where_it_needs_none() -> None:
    assert str(to_fen(Decimal(7))) == "7.00"
    assert str(ZERO) == "0.00"


@pytest.mark.parametrize("amount", [0.1, 1, "1.00", None])
def test_what_is_not_a_decimal_is_no_amount(amount: object) -> None:
    with pytest.raises(TypeError, match="Decimal yuan"):
        to_fen(amount)  # type: ignore[arg-type]


def test_thirds_of_a_hundred_add_up() -> None:
    assert split(Decimal("100.00"), [1, 1, 1]) == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]


def test_who_has_no_weight_gets_nothing() -> None:
    assert split(Decimal("10.01"), [0, 1, 0, 1]) == [ZERO, Decimal("5.01"), ZERO, Decimal("5.00")]


def test_a_refund_splits_as_its_settlement_did() -> None:
    assert split(Decimal("-100.00"), [1, 1, 1]) == [-part for part in split(Decimal("100.00"), [1, 1, 1])]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_weights_that_weigh_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must not be"):
        split(Decimal("1.00"), weights)


@given(AMOUNTS, WEIGHTS)
def test_parts_always_add_up_and_are_whole_fen(amount: Decimal, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == amount
    assert all(part == part.quantize(FEN) for part in parts)


@given(AMOUNTS, WEIGHTS)
def test_no_part_is_a_fen_away_from_its_exact_share(amount: Decimal, weights: list[int]) -> None:
    whole = sum(weights)
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part * whole - amount * weight) <= FEN * whole


@given(st.decimals(min_value=0, max_value=10**12, places=2), WEIGHTS)
def test_parts_of_what_is_owed_are_never_negative(amount: Decimal, weights: list[int]) -> None:
    assert min(split(amount, weights)) >= 0
