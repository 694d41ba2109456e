"""Bars and columns: how long they are, how their numbers read, and that none is lost to rounding."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from common.charts import Bar, Chart, exact, short_yuan


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("0.00", "0.00"), ("9999.99", "9,999.99"), ("10000.00", "1.00 万"), ("12345.67", "1.23 万"),
        ("99994999.99", "9,999.50 万"), ("99999999.99", "1.00 亿"), ("123456789012.34", "1,234.57 亿"),
        ("-12345.67", "-1.23 万"),
    ],
)  # fmt: skip
def test_an_amount_reads_as_it_is_spoken_of(amount: str, read: str) -> None:
    assert short_yuan(Decimal(amount)) == read


def test_behind_the_short_number_stands_the_exact_one() -> None:
    assert exact(Decimal("12345678.90"), "元") == "12,345,678.90 元"
    assert exact(12345, "份") == "12,345 份"


def shares(*bars: Bar) -> list[str]:
    return [bar.share for bar in Chart("图", bars, "元").drawn()]


def test_the_largest_bar_is_the_whole_width_and_the_others_in_proportion() -> None:
    assert shares(Bar("甲", Decimal("50.00")), Bar("乙", Decimal("200.00"))) == ["25.0", "100.0"]


def test_nothing_and_less_than_nothing_have_no_length() -> None:
    assert shares(Bar("甲", 0), Bar("乙", -3), Bar("丙", 3)) == ["0", "0", "100.0"]
    assert shares(Bar("甲", 0)) == ["0"]


def test_a_part_is_measured_against_its_whole() -> None:
    [bar] = Chart("图", [Bar("甲", 12, whole=30)], "份").drawn()
    assert (bar.share, bar.text, bar.exact) == ("40.0", "12 / 30", "12 份，共 30 份")


def test_a_bar_is_a_link_with_its_number_as_text_and_without_one_plain() -> None:
    bars = [Bar("河南省", Decimal("12345.67"), "/where/"), Bar("<省>", Decimal("1.00"))]
    shown = render_to_string("common/chart.html", {"chart": Chart("应付", bars, "元")})
    assert '<a href="/where/" class="bar" title="河南省 12,345.67 元" aria-label="河南省 12,345.67 元">' in shown
    assert shown.count("<a ") == 1
    assert "1.23 万" in shown
    assert "&lt;省&gt;" in shown


def test_a_chart_without_bars_says_so() -> None:
    assert "还没有清算表。" in render_to_string(
        "common/chart.html", {"chart": Chart("应付", [], "元", empty="还没有清算表。")}
    )
