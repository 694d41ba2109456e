"""The tables of who and where, a module per subject."""

from registry.models.offices import Agency, FiscalAccount, Staff
from registry.models.people import Enrolment, InsuredPerson
from registry.models.places import (
    ChronicDisease,
    Institution,
    InstitutionAgreement,
    InstitutionService,
    PoolingArea,
    Region,
    WorkingDay,
)

__all__ = [
    "Agency",
    "ChronicDisease",
    "Enrolment",
    "FiscalAccount",
    "Institution",
    "InstitutionAgreement",
    "InstitutionService",
    "InsuredPerson",
    "PoolingArea",
    "Region",
    "Staff",
    "WorkingDay",
]
