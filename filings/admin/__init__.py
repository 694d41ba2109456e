"""Filings in the admin: the list and page of filings, and the entry at the window."""

from filings.admin import panels
from filings.admin.filing import FilingAdmin

__all__ = ["FilingAdmin", "panels"]
