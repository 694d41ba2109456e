"""Writes the clearing of a period as JSON or as workbooks."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clearing import exporting
from common.dates import Month
from common.transitions import Refused


class Command(BaseCommand):
    help = "导出某一清算期的清算表：json 为一个文件，xlsx 为全国一册、每省一册（附件14、14-1至14-7、15、16）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="清算期", help="例如 2026-09")
        parser.add_argument("--format", metavar="json|xlsx", help="文件格式")
        parser.add_argument("--out", metavar="目录", help="写到哪个目录，须已存在")
        parser.add_argument("--draft", action="store_true", help="清算表尚未生成时，按现已确认的对账单测算，不写数据库")

    def handle(self, *, period: str, format: str | None, out: str | None, draft: bool, **options: Any) -> None:
        write = exporting.WRITERS.get(format or "")
        if write is None:
            raise CommandError(f"--format 请写 {' 或 '.join(exporting.WRITERS)}。")
        if not out:
            raise CommandError("请用 --out 写明导出到哪个目录。")
        try:
            paths = write(_month(period), Path(out), draft=draft)
        except Refused as refused:
            raise CommandError(f"未导出：{refused}") from None
        except OSError as fault:
            raise CommandError(f"未导出：不能写入 {fault.filename or out}（{fault.strerror}）。") from None
        for path in paths:
            self.stdout.write(f"已导出 {path}")


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as fault:
        raise CommandError(f"未导出：{fault}。") from None
