"""A visit to be settled, as the host sends it: the person, the institution, and the bill by national categories."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.utils import timezone
from pydantic import AwareDatetime, Field, model_validator

from common.gate import Charge, Message
from common.money import ZERO
from registry.enums import Insurance, Service
from settlement.enums import ExpenseCategory, InpatientType


class ChargeMessage(Message):
    """One national expense category, split by the host's catalogue (articles 32, 33)."""

    category: ExpenseCategory = Field(alias="med_chrgitm_type")
    amount: Charge = Field(alias="det_item_fee_sumamt")
    out_of_scope: Charge = Field(ZERO, alias="fulamt_ownpay_amt")
    over_limit: Charge = Field(ZERO, alias="overlmt_amt")
    first_self_pay: Charge = Field(ZERO, alias="preselfpay_amt")
    in_scope: Charge = Field(alias="inscp_scp_amt")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = self.out_of_scope + self.over_limit + self.first_self_pay + self.in_scope
        if parts != self.amount:
            raise ValueError(
                f"金额 {self.amount} 不等于全自费、超限价、先行自付与符合政策范围金额之和 {parts}。|请核对费用分割后重传。"
            )
        return self


class VisitMessage(Message):
    """结算申请: amounts in yuan, times with their offset."""

    person_number: str = Field(alias="psn_no", min_length=1, max_length=30)
    insurance: Insurance
    institution_code: str = Field(alias="fixmedins_code", pattern=r"^[HP]\d{11}$")
    service: Service
    disease: str = Field("", alias="dise_codg", max_length=30)
    inpatient_type: InpatientType = InpatientType.ORDINARY
    begun_on: date = Field(alias="begndate")
    settled_at: AwareDatetime = Field(alias="setl_time")
    total: Charge = Field(alias="medfee_sumamt")
    use_account: bool = True
    charges: tuple[ChargeMessage, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = sum((charge.amount for charge in self.charges), ZERO)
        if parts != self.total:
            raise ValueError(f"医疗费总额 {self.total} 与费用明细合计 {parts} 不等。|请先上传全部费用再结算。")
        if self.begun_on > self.settled_on:
            raise ValueError("入院或就诊日晚于结算日。|请核对日期。")
        return self

    @property
    def settled_on(self) -> date:
        """The day in Shanghai, whatever offset the sender uses."""
        return timezone.localdate(self.settled_at)

    def sum_of(self, part: str) -> Decimal:
        """The sum of one part over all charges."""
        return sum((getattr(charge, part) for charge in self.charges), ZERO)


class ReversalMessage(Message):
    """结算撤销: which settlement is taken back, when and why."""

    settlement_number: str = Field(alias="setl_id", min_length=1, max_length=30)
    reversed_at: AwareDatetime
    reason: str = Field("", max_length=200)
