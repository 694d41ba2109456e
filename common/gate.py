"""The one gate a message passes: every error of every field at once, in Chinese, with what to do."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MessageT = TypeVar("MessageT", bound="Message")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its name, its value, what is wrong, what to do."""

    field: str
    value: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}：{self.wrong}{self.remedy}"


class InvalidMessage(Exception):
    """A message with faults; nothing of it was written."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("；".join(str(error) for error in errors))
        self.errors = errors

    def as_dicts(self) -> list[dict[str, str]]:
        """The errors as the API answers them."""
        return [asdict(error) for error in self.errors]


class Message(BaseModel):
    """A message at the gate: unknown fields are faults, national names are accepted as aliases."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True, str_strip_whitespace=True)


PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def plain(value: Any) -> Any:
    """Binary floats cannot hold fen; amounts come as plain text or as JSON numbers read as decimals."""
    if isinstance(value, float):
        raise ValueError("金额不能是浮点数。|请以字符串或定点数传送。")
    if isinstance(value, str) and not PLAIN.fullmatch(value.strip()):
        raise ValueError("不是数。|请填金额，例如 128.50。")
    return value


Yuan = Annotated[Decimal, BeforeValidator(plain), Field(max_digits=16, decimal_places=2)]
Charge = Annotated[Decimal, BeforeValidator(plain), Field(max_digits=16, decimal_places=2, ge=0)]

SAID = {
    "missing": ("缺少此项。", "请补填。"),
    "extra_forbidden": ("没有这个字段。", "请核对字段名，或删去此项。"),
    "enum": ("取值不在允许范围内。", "允许：{expected}。"),
    "literal_error": ("取值不在允许范围内。", "允许：{expected}。"),
    "string_type": ("应为文本。", "请以文本填写。"),
    "string_too_short": ("内容过短。", "至少 {min_length} 个字符。"),
    "string_too_long": ("内容过长。", "至多 {max_length} 个字符。"),
    "string_pattern_mismatch": ("格式不对。", "请核对后重填。"),
    "decimal_parsing": ("不是数。", "请填金额，例如 128.50。"),
    "decimal_type": ("不是数。", "请填金额，例如 128.50。"),
    "decimal_max_places": ("小数位数过多。", "至多 {decimal_places} 位小数。"),
    "decimal_max_digits": ("数额过大。", "请核对金额。"),
    "decimal_whole_digits": ("数额过大。", "请核对金额。"),
    "finite_number": ("不是有效的数。", "请填金额，例如 128.50。"),
    "greater_than_equal": ("不得小于 {ge}。", "请核对后重填。"),
    "greater_than": ("应大于 {gt}。", "请核对后重填。"),
    "bool_parsing": ("应为是或否。", "请填 true 或 false。"),
    "too_short": ("至少要有 {min_length} 条。", "请补齐后再提交。"),
    "list_type": ("应为列表。", "请核对格式。"),
    "dict_type": ("应为一组字段。", "请核对格式。"),
    "model_type": ("应为一组字段。", "请核对格式。"),
}


def read(kind: type[MessageT], payload: Mapping[str, Any]) -> MessageT:
    """The message, or ``InvalidMessage`` with every error of every field."""
    try:
        return kind.model_validate(payload)
    except ValidationError as invalid:
        raise InvalidMessage([_in_chinese(kind, error) for error in invalid.errors()]) from None


def _in_chinese(kind: type[Message], error: Any) -> FieldError:
    wrong, remedy = _words(error)
    value = "" if error["type"] == "missing" else str(error.get("input", ""))
    return FieldError(".".join(str(part) for part in error["loc"]) or "报文", value[:60], wrong, remedy)


def _words(error: Any) -> tuple[str, str]:
    if error["type"] == "value_error":
        wrong, _, remedy = str(error["ctx"]["error"]).partition("|")
        return wrong, remedy
    if error["type"].startswith(("datetime", "timezone")):
        return "不是有效的时间。", "请按 2026-09-01T10:30:00+08:00 的格式填写，须带时区。"
    if error["type"].startswith(("date", "time")):
        return "不是有效的日期。", "请按 2026-09-01 的格式填写。"
    wrong, remedy = SAID.get(error["type"], ("填写有误。", "请核对后重填。"))
    context = error.get("ctx", {})
    if "expected" in context:
        context["expected"] = re.sub(r"', '|' or '", "、", context["expected"]).strip("'")
    return wrong.format(**context), remedy.format(**context)
