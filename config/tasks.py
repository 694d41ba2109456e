"""What beat calls: the tick."""

from celery import shared_task
from django.utils import timezone

from config.schedule import SCHEDULE


@shared_task
def tick() -> int:
    """Run what is due now; another scheduler at work is no fault."""
    from common.scheduling import run_due

    return len(run_due(SCHEDULE, timezone.now()))
