"""Writes the generated pages of docs/, or says which are out of date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.generated_docs import DOCS, pages, stale


class Command(BaseCommand):
    help = "由代码生成 docs/ 中的法规、流程、日程三页；--check 只检查是否最新。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="不写文件；有过时的页面时以 1 退出")

    def handle(self, *, check: bool, **options: Any) -> None:
        behind = stale()
        if check and behind:
            names = "、".join(path.name for path in behind)
            raise CommandError(f"{names} 已过时，请运行 manage.py write_docs。", returncode=1)
        for path, text in pages().items():
            if path in behind:
                DOCS.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"已更新 docs/{path.name}")
