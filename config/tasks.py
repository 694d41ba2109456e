"""What beat calls: the tick."""

from django.utils import timezone

from common.scheduling import run_due
from config.books import examination
from config.celery import app  # named here, so that web processes send to the same queue
from config.generate.acts import with_acts
from config.schedule import SCHEDULE, first_day


@app.task
def tick() -> int:
    """Run what is due now; another scheduler at work is no fault."""
    return len(run_due(with_acts(SCHEDULE), timezone.now(), since=first_day()))


@app.task
def examine_books(examination_id: int) -> bool:
    """Do the examination that somebody asked for; sent again, nothing is done twice."""
    return examination.answer(examination_id, at=timezone.now())
