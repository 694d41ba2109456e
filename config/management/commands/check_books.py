"""Asks every invariant of the books whether it holds."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.dates import Month
from config.books import Finding, examine

SHOWN = 20


class Command(BaseCommand):
    help = "一致性检查：逐项核对账目应当成立的关系；有一项不符即以 1 退出并列出不符之处。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", metavar="月份", help="只核对这一期，例如 2026-09；不写即为全部")
        parser.add_argument("--rows", metavar="N", default=str(SHOWN), help=f"每项最多列出几处，默认 {SHOWN}")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *, month: str | None, rows: str, **options: Any) -> None:
        if not rows.isdecimal() or not int(rows):
            raise CommandError(f"--rows 请写大于零的整数，不能是“{rows}”。")
        findings = examine(_month(month), most=int(rows))
        self.stdout.write(_as_json(findings) if options["json"] else _as_text(findings))
        if broken := [finding for finding in findings if not finding.holds]:
            raise CommandError(f"{len(broken)} 项不符：{'、'.join(finding.name for finding in broken)}。")


def _month(text: str | None) -> str | None:
    try:
        return None if text is None else str(Month.parse(text))
    except ValueError as fault:
        raise CommandError(f"{fault}。") from None


def _as_text(findings: list[Finding]) -> str:
    lines = []
    for finding in findings:
        state = "相符" if finding.holds else f"不符 {finding.count} 处"
        lines.append(f"{state}  {finding.name}：{finding.check.sentence}（{finding.check.article}）")
        lines += [f"    {_line(row)}" for row in finding.rows]
        if finding.count > len(finding.rows):
            lines.append(f"    ……另有 {finding.count - len(finding.rows)} 处")
    return "\n".join(lines)


def _line(row: Any) -> str:
    return "，".join(f"{name} {_plain(value)}" for name, value in row.items())


def _as_json(findings: list[Finding]) -> str:
    told = [
        {
            "name": finding.name,
            "sentence": finding.check.sentence,
            "article": finding.check.article,
            "holds": finding.holds,
            "count": finding.count,
            "rows": [{name: _exact(value) for name, value in row.items()} for row in finding.rows],
        }
        for finding in findings
    ]
    return json.dumps(told, ensure_ascii=False)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "无" if value is None else str(value)


def _exact(value: Any) -> Any:
    return _plain(value) if isinstance(value, Decimal | date | datetime) else value
