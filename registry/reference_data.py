"""The reference data of regions, areas, offices and working days, brought into the tables; safe to repeat."""

from typing import Any

from django.db import models, transaction

from common.calendar_source import published_calendar
from common.dates import Calendar
from registry.enums import Service
from registry.models import Agency, ChronicDisease, PoolingArea, Region, WorkingDay
from registry.reference import agencies, areas, dictionaries, regions


def load() -> dict[str, int]:
    """Bring every table up to date with the packages' data; what an office set for itself stays as it is."""
    with transaction.atomic():
        return {
            "行政区划": _load_regions(),
            "统筹地区": _load_areas(),
            "经办机构": _load_agencies(),
            "门诊慢特病病种": _load_chronic_diseases(),
            "工作日历": _load_working_days(published_calendar()),
        }


def _load_regions() -> int:
    return _upsert(
        Region,
        [
            Region(
                code=row.code,
                name=row.name,
                level=row.level,
                parent_id=row.parent or None,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                source=row.source,
            )
            for row in regions.regions()
        ],
    )


def _load_areas() -> int:
    rows = []
    for area in areas.areas():
        opened = {f"opens_{service}": service in area.services for service in Service.values}
        rows.append(
            PoolingArea(
                code=area.code,
                name=area.name,
                province_id=area.province,
                kind=area.kind,
                province_pooled=area.province_pooled,
                self_service=area.self_service,
                source=area.source,
                **opened,
            )
        )
    # Which services an area has opened is the area's to say once it is here.
    return _upsert(PoolingArea, rows, keep={"self_service", *(f"opens_{service}" for service in Service.values)})


def _load_agencies() -> int:
    return _upsert(
        Agency,
        [
            Agency(
                code=row.code,
                name=row.name,
                level=row.level,
                parent_id=row.parent or None,
                province_id=row.province or None,
                area_id=row.area or None,
            )
            for row in agencies.agencies()
        ],
    )


def _load_chronic_diseases() -> int:
    return _upsert(
        ChronicDisease,
        [
            ChronicDisease(code=row.code, name=row.name, since=row.since, source=row.source)
            for row in dictionaries.chronic_diseases()
        ],
    )


def _load_working_days(calendar: Calendar) -> int:
    days = (calendar.day(calendar.first_on.fromordinal(n)) for n in _days(calendar))
    return _upsert(
        WorkingDay,
        [
            WorkingDay(on=day.on, kind=day.kind.value, name=day.name, provisional=day.provisional, source=day.source)
            for day in days
        ],
    )


def _days(calendar: Calendar) -> range:
    return range(calendar.first_on.toordinal(), calendar.last_on.toordinal() + 1)


def _upsert(model: type[models.Model], rows: list[Any], keep: set[str] | None = None) -> int:
    """Insert the rows, or bring their columns up to date where the key is there already."""
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        update_fields=[column for column in columns if column not in (keep or set())],
        unique_fields=[model._meta.pk.name],
    )
    return len(rows)
