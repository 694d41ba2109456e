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
    if sides.everyone or staff.sees_the_nation:
        return queryset
    condition = _condition(sides, staff)
    return queryset.none() if condition is None else queryset.filter(condition)


def _condition(sides: Sides, staff: Any) -> Q | None:
    """Any column that names the person's own office, area, province or institution opens the row."""
    if staff.institution_id:
        wanted = dict.fromkeys(sides.institutions, staff.institution_id)
    elif staff.agency is None:
        wanted = {}
    elif staff.agency.is_provincial:
        wanted = dict.fromkeys(sides.provinces, staff.agency.province_id)
        wanted |= {f"{column}__province": staff.agency.province_id for column in sides.agencies}
    else:
        wanted = dict.fromkeys(sides.areas, staff.agency.area_id)
        wanted |= dict.fromkeys(sides.agencies, staff.agency_id)
    condition: Q | None = None
    for column, value in wanted.items():
        part = Q(**{column: value})
        condition = part if condition is None else condition | part
    return condition
