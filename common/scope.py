"""Which rows an office may see: decided here alone, and nothing where nothing was decided."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet


@dataclass(frozen=True)
class Sides:
    """The columns of a model that say whose row it is: provinces, pooling areas, institutions, offices."""

    provinces: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    everyone: bool = False
    every_province: bool = False


_SIDES: dict[type[Model], Sides] = {}


def register(model: type[Model], **sides: Any) -> None:
    """Say once, beside the model, by which columns its rows belong to offices."""
    _SIDES[model] = Sides(**sides)


def is_registered(model: type[Model]) -> bool:
    """Whether anybody decided who sees rows of this model."""
    return model in _SIDES


def visible(rows: type[Model] | QuerySet[Any], staff: Any) -> QuerySet[Any]:
    """The rows this person's office may see; none for anyone without an office, or for an unregistered model."""
    queryset = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    sides = _SIDES.get(queryset.model)
    if sides is None or not getattr(staff, "is_active", False):
        return queryset.none()
    if _opens(sides, staff):
        return queryset
    condition = _condition(sides, staff)
    return queryset.none() if condition is None else queryset.filter(condition)


def sees(staff: Any, record: Model) -> bool:
    """Whether this person's office may see this one row: ``visible`` for a row that is already at hand."""
    sides = _SIDES.get(type(record))
    if sides is None or not getattr(staff, "is_active", False):
        return False
    if _opens(sides, staff):
        return True
    return any(_key_at(record, column) == value for column, value in _wanted(sides, staff).items())


def _opens(sides: Sides, staff: Any) -> bool:
    """Whether all rows are open to this person: public ones, the nation's people, or what all provinces share."""
    if sides.everyone or staff.sees_the_nation:
        return True
    return sides.every_province and staff.agency is not None and staff.agency.is_provincial


def _condition(sides: Sides, staff: Any) -> Q | None:
    """Any column that names the person's own office, area, province or institution opens the row."""
    condition: Q | None = None
    for column, value in _wanted(sides, staff).items():
        part = Q(**{column: value})
        condition = part if condition is None else condition | part
    return condition


def _wanted(sides: Sides, staff: Any) -> dict[str, Any]:
    """Which columns open a row to this person, and with which value; none where the person has no office."""
    if staff.institution_id:
        return dict.fromkeys(sides.institutions, staff.institution_id)
    if staff.agency is None:
        return {}
    if staff.agency.is_provincial:
        wanted: dict[str, Any] = dict.fromkeys(sides.provinces, staff.agency.province_id)
        return wanted | {f"{column}__province": staff.agency.province_id for column in sides.agencies}
    wanted = dict.fromkeys(sides.areas, staff.agency.area_id)
    return wanted | dict.fromkeys(sides.agencies, staff.agency_id)


def _key_at(record: Any, column: str) -> Any:
    *way, last = column.split("__")
    for name in way:
        record = getattr(record, name)
        if record is None:
            return None
    return getattr(record, record._meta.get_field(last).attname)
