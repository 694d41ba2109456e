"""Brings the reference data into the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from common.dates import Month
from common.partitions import open_months, partitioned_models
from registry import reference_data
from settlement import published_policies


class Command(BaseCommand):
    help = "装入行政区划、统筹地区、经办机构、工作日历和随附的待遇政策；可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        counts = reference_data.load()
        counts["数据分区"] = open_months(partitioned_models(), Month.of(timezone.localdate()), 13)
        counts["待遇政策"] = published_policies.load_shipped(timezone.now())
        if options["verbosity"]:
            for name, count in counts.items():
                self.stdout.write(f"{name} {count} 条")
