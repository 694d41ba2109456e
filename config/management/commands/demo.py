"""Loads the demo, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import demo


class Command(BaseCommand):
    help = "写入演示数据（仅在 DEMO=1 时可用，每个数据库一次）。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("演示数据只能在 DEMO=1 时写入。")
        demo.load(timezone.now(), self.stdout.write if options["verbosity"] else lambda _: None)
