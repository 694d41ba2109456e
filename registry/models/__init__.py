"""The tables of who and where, a module per subject."""

from registry.models.offices import Agency, FiscalAccount, Staff
from registry.models.people import Enrolment, InsuredPerson
from registry.models.places import Institution, InstitutionService, PoolingArea, Region, WorkingDay

__all__ = [
    "Agency",
    "Enrolment",
    "FiscalAccount",
    "Institution",
    "InstitutionService",
    "InsuredPerson",
    "PoolingArea",
    "Region",
    "Staff",
    "WorkingDay",
]
