"""Amounts in capitals, as cashiers check them."""

from decimal import Decimal

import pytest

from common.chinese_amount import chinese_amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.56", "伍角陆分"),
        ("1.00", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("10.00", "壹拾元整"),
        ("10.10", "壹拾元壹角整"),
        ("100.01", "壹佰元零壹分"),
        ("107.00", "壹佰零柒元整"),
        ("1070.05", "壹仟零柒拾元零伍分"),
        ("1007.50", "壹仟零柒元伍角整"),
        ("10000.00", "壹万元整"),
        ("10001.00", "壹万零壹元整"),
        ("10100.00", "壹万零壹佰元整"),
        ("95765.40", "玖万伍仟柒佰陆拾伍元肆角整"),
        ("100000.00", "壹拾万元整"),
        ("10000050.00", "壹仟万零伍拾元整"),
        ("100000000.00", "壹亿元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("123456789.12", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
        ("1000000000000.00", "壹万亿元整"),
        ("1234500000000.00", "壹万贰仟叁佰肆拾伍亿元整"),
        ("-20.00", "负贰拾元整"),
    ],
)
def test_an_amount_is_written_out_to_the_fen(amount: str, words: str) -> None:
    assert chinese_amount(Decimal(amount)) == words


def test_more_than_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="not an amount"):
        chinese_amount(Decimal("1.005"))


def test_a_float_is_refused() -> None:
    with pytest.raises(ValueError, match="not an amount"):
        chinese_amount(1.5)  # type: ignore[arg-type]
