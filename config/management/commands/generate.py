"""Writes a synthetic month into a demo or test database."""

import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from common.dates import Month
from common.transitions import Refused
from config.generate.month import generate
from config.generate.order import Order
from config.generate.world import SHARDS

ENOUGH_FOR_MANY = 8_000  # settlements from which on more than one process pays


class Command(BaseCommand):
    help = "生成一个月的演示数据（备案、结算、冲销），按公开统计校准；同一种子处处结果相同。仅在 DEMO=1 时可用。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, metavar="月份", help="例如 2026-09")
        parser.add_argument("--settlements", type=int, default=20_000, metavar="笔数", help="结算笔数，冲销另计")
        parser.add_argument("--seed", type=int, default=1, metavar="种子")
        parser.add_argument(
            "--acts", choices=("none", "all"), default="none", help="all：机构、经办机构、各省也按期办理"
        )
        parser.add_argument("--breaks", default="0", metavar="比例", help="三方对账中不一致的比例")
        parser.add_argument("--processes", type=int, metavar="个数", help="同时使用的进程；不写即按处理器")

    def handle(self, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("生成的数据只能写入演示库或测试库，请以 DEMO=1 运行。")
        if options["breaks"].strip("0.") or not options["breaks"]:
            raise CommandError("对账阶段尚未建立，--breaks 只能为 0。")
        if options["settlements"] < 1:
            raise CommandError("--settlements 应为正整数。")
        try:
            month = Month.parse(options["month"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        order = Order(str(month), options["settlements"], options["seed"], options["acts"] == "all")
        processes = options["processes"] or (os.cpu_count() if order.settlements >= ENOUGH_FOR_MANY else 1) or 1
        try:
            generated = generate(order, processes=min(SHARDS, processes), progress=_Progress(order.settlements).add)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        _gather_statistics()
        self.stdout.write(json.dumps(generated.as_json(), ensure_ascii=False))


def _gather_statistics() -> None:
    """Let the planner know of the rows at once; what is not committed yet cannot be seen by the owner."""
    if not connection.in_atomic_block:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")


class _Progress:
    """How far the month is, on a terminal only."""

    def __init__(self, wanted: int) -> None:
        self._wanted, self._done = wanted, 0

    def add(self, more: int) -> None:
        self._done += more
        if sys.stderr.isatty() and more:
            end = "\n" if self._done >= self._wanted else ""
            sys.stderr.write(f"\r已生成 {self._done} / {self._wanted} 笔（{100 * self._done // self._wanted}%）{end}")
            sys.stderr.flush()
