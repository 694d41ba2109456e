"""The tables of this application stand in the modules named for them."""

from common.cases import Case, OfCase, StatusChange, Term
from common.scheduling import JobRun

__all__ = ["Case", "JobRun", "OfCase", "StatusChange", "Term"]
