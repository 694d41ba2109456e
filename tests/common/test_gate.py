"""A message with faults is told every one of them at once, in Chinese, with what to do; the others pass unchanged."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Self

import pytest
from django.db.models import TextChoices
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, Field, model_validator

from common import gate
from common.gate import Charge, InvalidMessage, Message, Yuan


class Colour(TextChoices):
    """Something to choose from."""

    RED = "red", "红"
    YELLOW = "yellow", "黄"
    GREEN = "green", "绿"


class Slip(Message):
    """A message with one field of each sort."""

    number: str = Field(alias="psn_no", min_length=2, max_length=5)
    amount: Yuan
    charge: Charge = Decimal(0)
    on: date = date(2026, 9, 1)
    at: AwareDatetime | None = None
    colour: Colour = Colour.RED
    paid: bool = False
    code: str = Field("123456", pattern=r"^\d{6}$")
    lines: tuple[str, ...] = Field(("one",), min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.charge > self.amount > 0:
            raise ValueError("费用大于金额。|请核对。")
        return self


GOOD: dict[str, Any] = {"psn_no": "A17", "amount": "12.50"}


def faults(**changes: Any) -> dict[str, gate.FieldError]:
    """The faults by field; no fault at all fails the test."""
    with pytest.raises(InvalidMessage) as refused:
        gate.read(Slip, GOOD | changes)
    return {error.field: error for error in refused.value.errors}


def test_a_message_passes_under_its_own_and_its_national_names() -> None:
    assert gate.read(Slip, GOOD) == gate.read(Slip, {"number": "A17", "amount": Decimal("12.50")})


def test_amounts_stay_exact() -> None:
    assert gate.read(Slip, GOOD | {"amount": "99999999999999.99"}).amount == Decimal("99999999999999.99")


@pytest.mark.parametrize("field", ["amount", "charge"])
def test_a_float_is_no_amount(field: str) -> None:
    (error,) = faults(**{field: 0.1}).values()
    assert (error.field, error.value) == (field, "0.1")
    assert str(error) == f"{field}：金额不能是浮点数。请以字符串或定点数传送。"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "", "十元", None, True, [], "1.234", "1" * 17])
def test_what_cannot_be_an_amount_is_refused(value: Any) -> None:
    assert set(faults(amount=value)) == {"amount"}


def test_a_charge_is_never_negative_but_an_amount_may_be() -> None:
    assert gate.read(Slip, GOOD | {"amount": "-1.00"}).amount == Decimal("-1.00")
    assert faults(charge="-0.01")["charge"].wrong == "不得小于 0。"


def test_every_fault_of_every_field_is_told_at_once() -> None:
    found = faults(
        psn_no="A", amount="x", charge="-1", on="2026-02-30", at="2026-09-01T10:00:00", colour="blue", paid="vielleicht",
        code="12345", lines=[], more=1,
    )  # fmt: skip
    assert set(found) == {"psn_no", "amount", "charge", "on", "at", "colour", "paid", "code", "lines", "more"}
    for error in found.values():
        assert re.search("[一-鿿]", error.wrong) and error.remedy, error
        assert not re.search("[a-z]{4}", error.wrong), error


def test_what_is_missing_has_no_value_and_what_is_unknown_is_a_fault() -> None:
    with pytest.raises(InvalidMessage) as refused:
        gate.read(Slip, {"amount": "1", "psn": "A17"})
    missing, unknown = refused.value.errors
    assert (missing.field, missing.value, missing.wrong) == ("psn_no", "", "缺少此项。")
    assert (unknown.field, unknown.value, unknown.wrong) == ("psn", "A17", "没有这个字段。")


def test_the_choices_are_named() -> None:
    assert faults(colour="blue")["colour"].remedy == "允许：red、yellow、green。"


def test_a_moment_needs_its_offset_and_the_message_says_so() -> None:
    assert gate.read(Slip, GOOD | {"at": "2026-09-01T10:00:00+08:00"}).at is not None
    assert "须带时区" in faults(at="2026-09-01T10:00:00")["at"].remedy
    assert "须带时区" in faults(at="明天")["at"].remedy


def test_what_does_not_fit_together_is_said_in_the_rule_s_own_words() -> None:
    error = faults(amount="1.00", charge="2.00")["报文"]
    assert (error.wrong, error.remedy) == ("费用大于金额。", "请核对。")


def test_the_errors_go_out_as_the_api_says() -> None:
    with pytest.raises(InvalidMessage) as refused:
        gate.read(Slip, GOOD | {"code": "x"})
    (error,) = refused.value.as_dicts()
    assert error == {"field": "code", "value": "x", "wrong": "格式不对。", "remedy": "请核对后重填。"}


def test_a_long_value_is_shown_by_its_beginning() -> None:
    assert faults(psn_no="9" * 500)["psn_no"].value == "9" * 60


TEXT = st.text("0129.-+eE_ ,A备案元１\x00\n", max_size=12)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Slip.model_fields, "psn_no", "x"]), ANYTHING))
def test_nothing_whatever_gets_past_the_gate_but_a_message_or_its_faults(payload: dict[str, Any]) -> None:
    try:
        slip = gate.read(Slip, payload)
    except InvalidMessage as refused:
        assert refused.errors
        assert all(re.search("[一-鿿]", error.wrong) and error.remedy for error in refused.errors)
    else:
        assert slip.amount.is_finite()
