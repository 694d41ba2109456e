"""The tables of clearing, a module per subject."""

from clearing.models.notices import Notice, NoticeLine
from clearing.models.sheets import ProvinceSheet, Sheet, SheetRow

__all__ = ["Notice", "NoticeLine", "ProvinceSheet", "Sheet", "SheetRow"]
