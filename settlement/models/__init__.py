"""The tables of settlement, a module per subject."""

from settlement.models.policies import Policy
from settlement.models.settlements import (
    FUND_COLUMNS,
    ChargeLine,
    IncomingMessage,
    MessageBody,
    Settlement,
    SettlementSteps,
    YearAmounts,
)
from settlement.models.statements import Statement, StatementLine

__all__ = [
    "FUND_COLUMNS",
    "ChargeLine",
    "IncomingMessage",
    "MessageBody",
    "Policy",
    "Settlement",
    "SettlementSteps",
    "Statement",
    "StatementLine",
    "YearAmounts",
]
