"""An application becomes a filing: who the person is, whether the place is another province, what is missing."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.gate import FieldError, InvalidMessage
from common.numbers import next_number
from common.transitions import history
from filings import workflow
from filings.enums import Category, Channel, Status
from filings.messages import Application
from filings.models import Filing
from filings.rules import covers, default_end, on_promise
from registry.models import Agency, Enrolment, Institution, InsuredPerson, PoolingArea, Region
from registry.reference.areas import area_serving


def apply(application: Application, *, by: Any, at: datetime) -> Filing:
    """Take an application; InvalidMessage names every field at fault, and nothing is written then."""
    person = InsuredPerson.objects.filter(person_number=application.person_number).first()
    enrolment = _enrolment(application, person)
    destination = Region.objects.filter(code=application.destination).first()
    if destination and destination.valid_until and destination.valid_until < application.valid_from:
        destination = None  # abolished, and no longer anybody's address
    errors = _faults(application, person, enrolment, destination)
    if errors:
        raise InvalidMessage(errors)
    assert person is not None and enrolment is not None and destination is not None
    end = application.valid_until or default_end(application.category, application.valid_from)
    with transaction.atomic():
        filing = Filing(
            number=next_number("BA", timezone.localdate(at)),
            agency=Agency.objects.get(area=enrolment.area_id),
            person=person,
            insurance=application.insurance,
            category=application.category,
            home_area_id=enrolment.area_id,
            home_province_id=enrolment.province_id,
            destination=destination,
            host_area_id=area_serving(destination.code).code,
            host_province_id=province_of(destination.code),
            valid_from=application.valid_from,
            valid_until=end,
            channel=application.channel,
            materials=sorted(application.materials),
            on_promise=on_promise(application.category, application.materials),
            reason=application.reason,
        )
        return workflow.submit(filing, by=by, at=at)


def covering(enrolment: Enrolment, institution: Institution, begun_on: date) -> Filing | None:
    """The filing that covers a visit begun on the day at the institution.

    A filing that ended, was changed or cancelled later still covers what began within it (article 12): the history
    decides, not the present status.
    """
    held = Filing.objects.filter(person_id=enrolment.person_id, insurance=enrolment.insurance, valid_from__lte=begun_on)
    held = held.filter(status__in=[Status.ACTIVE, Status.EXPIRED, Status.CANCELLED], decided_at__isnull=False)
    # An emergency is deemed filed for its own visit: it opens nothing to the next one on the same day.
    held = held.exclude(category=Category.EMERGENCY)
    by_reach = {filing.reach: filing for filing in held if _in_force(filing, begun_on)}
    reach = covers(by_reach, institution.region_id, begun_on)
    return by_reach[reach] if reach else None


def deem_emergency(enrolment: Enrolment, institution: Institution, begun_on: date, *, at: datetime) -> Filing:
    """The filing that an emergency is deemed to have (article 34), for this visit's day only."""
    deemed = Filing.objects.filter(
        person_id=enrolment.person_id,
        insurance=enrolment.insurance,
        category=Category.EMERGENCY,
        destination_id=institution.region_id,
        valid_from=begun_on,
    )
    if earlier := deemed.order_by("pk").first():
        return earlier
    filing = Filing(
        number=next_number("BA", begun_on),
        agency=Agency.objects.get(area=enrolment.area),
        person_id=enrolment.person_id,
        insurance=enrolment.insurance,
        category=Category.EMERGENCY,
        home_area=enrolment.area,
        home_province_id=enrolment.province_id,
        destination_id=institution.region_id,
        host_area_id=institution.area_id,
        host_province_id=institution.province_id,
        valid_from=begun_on,
        valid_until=begun_on,
        channel=Channel.FLAG,
    )
    return workflow.deem(filing, at=at)


def province_of(region_code: str) -> str:
    """The first-level code a region belongs to."""
    return f"{region_code[:2]}0000"


def _in_force(filing: Filing, on: date) -> bool:
    if filing.status != Status.CANCELLED:
        return True
    cancelled = history(filing).filter(to_status=Status.CANCELLED).values_list("at", flat=True).first()
    return cancelled is None or timezone.localdate(cancelled) >= on


def _enrolment(application: Application, person: InsuredPerson | None) -> Enrolment | None:
    """The insurance that pays: it may have moved to another area since the person was registered."""
    if person is None:
        return None
    return person.enrolments.in_force(application.valid_from).filter(insurance=application.insurance).first()


def _faults(
    application: Application, person: InsuredPerson | None, enrolment: Enrolment | None, destination: Region | None
) -> list[FieldError]:
    errors = []
    if person is None:
        errors.append(
            FieldError(
                "person_number",
                application.person_number,
                "没有找到该参保人员。",
                "请核对人员编号和参保地（常见错误：省本级与地市选错）。",
            )
        )
    elif enrolment is None:
        errors.append(
            FieldError(
                "insurance", application.insurance, "该人员在开始日没有此险种的参保关系。", "请核对险种和参保状态。"
            )
        )
    if destination is None:
        errors.append(
            FieldError("destination", application.destination, "没有这个行政区划。", "请选择就医地市或直辖市。")
        )
    else:
        home = enrolment.province_id if enrolment else person.home_province_id if person else ""
        errors += _destination_faults(home, destination)
    return errors


def _destination_faults(home_province: str, destination: Region) -> list[FieldError]:
    province = province_of(destination.code)
    if home_province == province:
        return [
            FieldError(
                "destination",
                destination.code,
                "就医地在参保省内，不属于跨省异地就医。",
                "请按参保地省内就医规定办理。",
            )
        ]
    pooled = PoolingArea.objects.filter(province_id=province, province_pooled=True).exists()
    pools_itself = PoolingArea.objects.filter(code=destination.code).exists()
    if (destination.level == "county" and not pools_itself) or (destination.code == province and not pooled):
        return [
            FieldError(
                "destination",
                destination.code,
                "就医地应备案到地市；直辖市、省级统筹地区和兵团可备案到省级。",
                "请选择就医地市。",
            )
        ]
    return []
