"""An application for a filing as it comes in through any channel."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from common.gate import Message
from common.law import PROCEDURES_2022
from filings.enums import Category, Channel, Material
from registry.enums import Insurance

LATEST = date(2099, 12, 31)


class Application(Message):
    """备案申请."""

    person_number: str = Field(alias="psn_no", min_length=1, max_length=30)
    insurance: Insurance
    category: Category
    destination: str = Field(alias="rloc_admdvs", pattern=r"^\d{6}$")
    valid_from: date = Field(alias="begndate")
    valid_until: date | None = Field(None, alias="enddate")
    channel: Channel
    materials: frozenset[Material] = frozenset()
    reason: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not PROCEDURES_2022.in_force <= self.valid_from <= LATEST or (self.valid_until or LATEST) > LATEST:
            raise ValueError(f"起止日期应在 {PROCEDURES_2022.in_force}（规程施行日）至 {LATEST} 之间。|请核对年份。")
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("备案截止日早于开始日。|请核对起止日期。")
        if self.category == Category.EMERGENCY:
            raise ValueError("异地急诊抢救人员视同已备案，无需申请。|请由医疗机构上传急诊标志。")
        return self
