"""The tables of clearing, a module per subject."""

from clearing.models.notices import Notice, NoticeLine
from clearing.models.sheets import ProvinceSheet, Sheet, SheetRow, paid_by, paid_to, payer_and_payee

__all__ = ["Notice", "NoticeLine", "ProvinceSheet", "Sheet", "SheetRow", "paid_by", "paid_to", "payer_and_payee"]
