"""Computes cases under policy files: the drafter's bench, without the database."""

import io
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from settlement import calculate
from settlement.policy_file import read_policy_files
from settlement.rules import BadCase, Policy, Refusal


class Command(BaseCommand):
    help = "按待遇政策文件试算：一个案例（--case，JSON）或许多案例（--cases，每行一个 JSON）；不使用数据库。"
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--policy", nargs="+", action="extend", required=True, metavar="FILE", help="待遇政策文件，可给多个"
        )
        cases = parser.add_mutually_exclusive_group(required=True)
        cases.add_argument("--case", metavar="FILE", help="一个案例")
        cases.add_argument("--cases", metavar="FILE", help="每行一个案例，每行一个结果，含不予计算的")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        written = calculate.as_json if options["json"] else calculate.as_text
        try:
            policies = read_policy_files(options["policy"])
            refused = self._compute(policies, options, written)
        except Refusal as refusal:
            self.stdout.write(written(calculate.error_of(refusal)))
            refused = True
        if refused:
            sys.exit(2)

    def _compute(self, policies: tuple[Policy, ...], options: dict[str, Any], written: calculate.Writer) -> bool:
        """Print the answers; True where the one case asked for is refused."""
        try:
            if options["case"]:
                given = calculate.answer(policies, Path(options["case"]).read_bytes())
                self.stdout.write(written(given))
                return calculate.is_refused(given)
            with Path(options["cases"]).open("rb") as lines:
                for given in calculate.answers(policies, lines):
                    self.stdout.write(written(given))
        except OSError as error:
            raise BadCase(f"案例文件无法读取：{error.strerror}（{error.filename}）") from None
        return False
