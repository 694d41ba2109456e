"""The tables of this application stand in the modules named for them."""

from common import scope
from common.cases import Case, OfCase, StatusChange, Term
from common.examinations import BookCheck, Examination
from common.scheduling import JobRun

__all__ = ["BookCheck", "Case", "Examination", "JobRun", "OfCase", "StatusChange", "Term"]

scope.register(Term, agencies=("agency",))
# Found by key from a case that is itself scoped; nobody but the nation lists them.
scope.register(StatusChange)
# What ran concerns every office that may see it at all, which the permissions say.
scope.register(JobRun, everyone=True)
# The books are everybody's: their examination is read by the nation alone.
scope.register(Examination)
scope.register(BookCheck)
