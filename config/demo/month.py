"""The demo month: generated, then run through its calendar with all that people do; some work is left for visitors."""

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from common.dates import Month
from common.scheduling import JobRun, run_due
from config.demo import people
from config.generate import places
from config.generate.acts import ACTS, with_acts
from config.generate.month import JOB, generate, unfinished
from config.generate.order import Order
from config.generate.world import SHARDS
from config.schedule import MONTH_JOBS, SCHEDULE, first_day
from filings import intake
from filings.enums import Category, Channel, Material, Status
from filings.messages import Application
from filings.models import Filing
from filings.rules import MATERIALS
from registry.models import Enrolment

SETTLEMENTS, SEED = 20_000, 1
HOME = "411600"  # 周口, where most of the demo's people work
DESTINATIONS = ("110000", "310000", "330100", "320100", "420100")
WAITING, WITHOUT_PROOF = 7, 3


def load(now: datetime, say: Callable[[str], None], *, settlements: int = SETTLEMENTS) -> None:
    """Load the demo: the month before the current one, run through to its notices; what is there already stays."""
    with transaction.atomic():
        places.make_institutions()  # one of the people belongs to one of them
        people.staff()  # the password may be a new one
        people.fiscal_accounts()
    previous = str(Month.of(timezone.localdate(now)).previous())
    held = JobRun.objects.filter(job=JOB, outcome=JobRun.Outcome.DONE).order_by("period").first()
    if held is None:
        order = unfinished() or Order(previous, settlements, SEED, acts=True)
        counts = generate(order, processes=min(SHARDS, os.cpu_count() or 1)).counts
        say(f"备案 {counts['filings']} 件，结算 {counts['settlements']} 笔")
    month = Month.parse(held.period if held else order.month)
    _run_the_month(month, now)
    if not Filing.objects.filter(status=Status.SUBMITTED).exists():
        _leave_work(now)
    say(f"{month} 期对账、清算、通知书已办至 {month.next().last}")


def _run_the_month(month: Month, now: datetime) -> None:
    """Everything up to the present; of what lies ahead only what belongs to the month."""
    schedule = with_acts(SCHEDULE)
    run_due(schedule, now, since=first_day())
    noticed = datetime.combine(month.next().last, time(1, 0), tzinfo=timezone.get_default_timezone())
    if noticed > now:
        run_due(schedule, noticed, since=first_day(), only=(*MONTH_JOBS, *ACTS))


def _leave_work(now: datetime) -> None:
    """Some applications wait in the queue of 周口, one of them without its proof."""
    at_home = Enrolment.objects.filter(area=HOME).select_related("person").order_by("pk")
    for n, enrolment in enumerate(at_home[:WAITING]):
        applied = _application(enrolment, n, timezone.localdate(now) + timedelta(days=1 + n))
        intake.apply(applied, by=None, at=now - timedelta(hours=n))


def _application(enrolment: Enrolment, n: int, start: date) -> Application:
    """For somewhere the person is not filed to yet."""
    category = Category.REFERRAL if n % 2 else Category.OTHER_TEMPORARY
    filed_to = set(enrolment.person.filings.values_list("destination", flat=True))
    materials = {choice[0] for choice in MATERIALS[category]}
    return Application(
        person_number=enrolment.person.person_number,
        insurance=enrolment.insurance,
        category=category,
        destination=next(city for city in DESTINATIONS if city not in filed_to),
        valid_from=start,
        channel=(Channel.NATIONAL_APP, Channel.NATIONAL_MINI_PROGRAM, Channel.WINDOW)[n % 3],
        materials=frozenset(materials - ({Material.REFERRAL_PROOF} if n == WITHOUT_PROOF else set())),
    )
