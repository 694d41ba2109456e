"""The way up: on a record's page, links to what it is a part of; each application adds what it knows."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from common.tables import Link

Way = Callable[[Any, Any], Iterable[Any]]

_WAYS: dict[type[Model], list[Way]] = {}


def way_up_from(model: type[Model]) -> Callable[[Way], Way]:
    """Register ``way(request, record)`` for the model's page: links, the widest first."""

    def keep(way: Way) -> Way:
        # What a later application knows is the wider: the sheet above the statement above the settlement.
        _WAYS.setdefault(model, []).insert(0, way)
        return way

    return keep


def ways_from(request: Any, record: Model) -> list[Link]:
    """The links this person may follow from the record's page upwards."""
    ways = (link for way in _WAYS.get(type(record), ()) for link in way(request, record))
    return [link for link in ways if getattr(link, "url", "")]
