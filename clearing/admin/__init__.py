"""The sheet, the provinces' parts, their rows, and the notices in the admin."""

from clearing.admin.notice import NoticeAdmin
from clearing.admin.row import SheetRowAdmin
from clearing.admin.sheet import ProvinceSheetAdmin, SheetAdmin

__all__ = ["NoticeAdmin", "ProvinceSheetAdmin", "SheetAdmin", "SheetRowAdmin"]
