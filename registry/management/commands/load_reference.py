"""Brings the reference data into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from registry import reference_data


class Command(BaseCommand):
    help = "装入行政区划、统筹地区、经办机构、工作日历等基础数据；可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in reference_data.load().items():
            self.stdout.write(f"{name} {count} 条")
