"""An application shows what it knows of a record on another application's page, without that one importing it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from common.tables import Table

Panel = Callable[[Any, Any], Table | None]

_PANELS: dict[type[Model], list[Panel]] = {}


def panel_of(model: type[Model]) -> Callable[[Panel], Panel]:
    """Register ``panel(request, record)`` for the model's page; a panel that has nothing to say gives None."""

    def keep(panel: Panel) -> Panel:
        _PANELS.setdefault(model, []).append(panel)
        return panel

    return keep


def panels_for(request: Any, record: Model) -> list[Table]:
    """What every application has to show on the record's page, in the order of the process."""
    shown = (panel(request, record) for panel in _PANELS.get(type(record), ()))
    return [table for table in shown if table is not None]
