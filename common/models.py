"""The tables of this application stand in the modules named for them."""

from common import scope
from common.cases import Case, OfCase, StatusChange, Term
from common.scheduling import JobRun

__all__ = ["Case", "JobRun", "OfCase", "StatusChange", "Term"]

scope.register(Term, agencies=("agency",))
# Found by key from a case that is itself scoped; nobody but the nation lists them.
scope.register(StatusChange)
# What ran concerns every office that may see it at all, which the permissions say.
scope.register(JobRun, everyone=True)
