"""Work in the background; beat only ticks, and what is due is decided by config.schedule."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"])


@worker_init.connect
@beat_init.connect
def refuse_unsafe_server(**_: object) -> None:
    """A worker is a server too."""
    from config.checks import require_safe_server

    try:
        require_safe_server()
    except ImproperlyConfigured as fault:
        raise SystemExit(str(fault)) from None  # any Exception a receiver raises would only be logged
