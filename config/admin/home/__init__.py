"""The home page: where the month stands, what waits for this office by when, and the figures of this role."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from common.admin import Table
from common.charts import Chart
from common.dates import Month
from common.models import JobRun
from config.admin.home import institution, nation, operations, province, team, work
from config.admin.home.cards import Card
from config.admin.home.clock import clock
from config.admin.home.standing import failed_runs, standings
from registry.enums import Role


@dataclass
class Page:
    """What a role finds below the month's clock."""

    cards: Sequence[Card] = ()
    alarms: Sequence[Table] = ()  # above everything else
    panels: Sequence[Table | Chart] = field(default_factory=list)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What every page may need; the sign-in page of the demo lists who can sign in."""
    if not settings.DEMO or request.user.is_authenticated:
        return {}
    from config.demo.people import LOGINS

    return {
        "demo_logins": [(username, name) for username, name, _, _ in LOGINS],
        "demo_password": settings.DEMO_PASSWORD,
    }


def context(request: HttpRequest, page: dict[str, Any]) -> dict[str, Any]:
    """The home page for this person's office and role."""
    today = timezone.localdate()
    failed = failed_runs(request)
    shown = _page(request, failed, today)
    clocks = [clock(request, standing, today) for standing in standings(request, today, failed)]
    return {**page, "title": "首页", "today": today, "clocks": clocks, "page": shown}


def _page(request: HttpRequest, failed: list[JobRun], today: date) -> Page:
    staff = request.user
    if staff.institution_id:
        return _institution(request, today)
    if staff.role == Role.ADMINISTRATOR:
        return _administrator(request, failed)
    if staff.sees_the_nation:
        return _nation(request, failed, today)
    return _province(request, failed, today) if staff.agency.is_provincial else _local(request, today)


def _institution(request: HttpRequest, today: date) -> Page:
    counts, latest = institution.counts_by_status(request), institution.latest_statements(request)
    return Page(institution.cards(counts, latest, today), panels=institution.panels(request, counts, latest))


def _administrator(request: HttpRequest, failed: list[JobRun]) -> Page:
    people = operations.accounts(request)
    cards = operations.cards(people, len(failed))
    return Page(cards, operations.failures(request, failed), operations.panels(request, people))


def _nation(request: HttpRequest, failed: list[JobRun], today: date) -> Page:
    month = Month.of(today).previous()
    sheets, counts = nation.latest_sheets(), nation.statement_counts(month)
    panels = [
        *nation.panels(request, sheets, counts, month),
        *work.by_kind(request, work.waiting(request), today),
    ]
    cards = nation.cards(sheets, counts, month, len(failed))
    alarms = [*operations.broken_books(request), *operations.failures(request, failed)]
    return Page(cards, alarms, panels)


def _province(request: HttpRequest, failed: list[JobRun], today: date) -> Page:
    sheets, held = province.own_sheets(request), work.waiting(request)
    panels = [
        *province.panels(request, sheets, Month.of(today).previous()),
        *work.by_kind(request, held, today),
        *work.by_day(request, held, today),
    ]
    cards = [*province.cards(request, sheets, today), *work.cards(request, held, today)]
    return Page(cards, operations.failures(request, failed), panels)


def _local(request: HttpRequest, today: date) -> Page:
    held = work.waiting(request)
    supervises = team.panels(request, today) if request.user.role == Role.SUPERVISOR else []
    panels = [
        *supervises,
        *work.by_kind(request, held, today),
        *work.by_day(request, held, today),
        *work.to_agree(request),
        *work.statements_by_status(request),
        work.queue(request, today),
    ]
    return Page(work.cards(request, held, today), panels=panels)
