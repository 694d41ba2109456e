"""What beat calls: the tick."""

from celery import shared_task
from django.utils import timezone

from common.scheduling import run_due
from config.generate.acts import with_acts
from config.schedule import SCHEDULE, first_day


@shared_task
def tick() -> int:
    """Run what is due now; another scheduler at work is no fault."""
    return len(run_due(with_acts(SCHEDULE), timezone.now(), since=first_day()))
