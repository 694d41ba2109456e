"""Those who act in a generated month: a clerk for each area, a supervisor for each province, institutions' own people.

None of them can sign in; where an office has somebody with the role already, that person acts.
"""

from collections.abc import Iterable
from datetime import date

from config.generate.rhythm import at
from registry.enums import Role
from registry.models import Agency, Institution, Staff

JOINED_ON = date(2023, 1, 1)
NO_PASSWORD = "!generated"  # noqa: S105 - a password that nobody has


def clerks() -> dict[str, int]:
    """Who decides filings, by pooling area: made where there is nobody."""
    return _of_offices("local", Role.CLERK, "area_id")


def supervisors() -> dict[str, int]:
    """Who confirms sheets, by province: made where there is nobody."""
    return _of_offices("provincial", Role.SUPERVISOR, "province_id")


def institutions_people(codes: Iterable[str]) -> dict[str, Staff]:
    """Who agrees for each institution: made where there is nobody."""
    wanted = sorted(set(codes))
    held = Staff.objects.filter(institution__in=wanted, is_active=True).order_by("-pk")
    known = {person.institution_id: person for person in held}
    places = Institution.objects.in_bulk([code for code in wanted if code not in known])
    made = [
        Staff(
            username=f"demo.{code}", name=f"{places[code].name}医保办", role=Role.INSTITUTION, institution=places[code],
            password=NO_PASSWORD,
        )
        for code in wanted
        if code not in known
    ]  # fmt: skip
    _keep(made)
    return known | {str(person.institution_id): person for person in made}


def _of_offices(level: str, role: str, place: str) -> dict[str, int]:
    offices = sorted(Agency.objects.filter(level=level), key=lambda office: office.code)
    held = Staff.objects.filter(agency__level=level, role=role, is_active=True).order_by("-pk")
    known = {str(person.agency_id): person for person in held}
    made = [
        Staff(
            username=f"demo.{office.code}.{role}", name=f"{office.name}（演示）", role=role, agency=office,
            password=NO_PASSWORD,
        )
        for office in offices
        if office.code not in known
    ]  # fmt: skip
    _keep(made)
    known |= {str(person.agency_id): person for person in made}
    return {getattr(office, place): known[office.code].pk for office in offices}


def _keep(people: list[Staff]) -> None:
    Staff.objects.bulk_create(people, batch_size=2000)
    Staff.objects.filter(pk__in=[person.pk for person in people]).update(created_at=at(JOINED_ON))
