"""Settlements, statements and policies in the admin."""

from settlement.admin import panels
from settlement.admin.policy import PolicyAdmin
from settlement.admin.settlement import SettlementAdmin
from settlement.admin.statement import StatementAdmin, StatementLineAdmin

__all__ = ["PolicyAdmin", "SettlementAdmin", "StatementAdmin", "StatementLineAdmin", "panels"]
