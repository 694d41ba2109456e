"""Files benefit policies and, with a second person, publishes them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from common.transitions import Refused
from registry.models import Staff
from settlement import published_policies
from settlement.enums import PolicyStatus
from settlement.policy_file import BadPolicy, policy_warnings, read_policy_files

RIGHT = "settlement.publish_policy"


class Command(BaseCommand):
    help = "导入待遇政策文件；加 --publish 由拟稿人以外的第二人发布。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--publish", action="store_true", help="同时发布")
        parser.add_argument("--proposed-by", metavar="用户名")
        parser.add_argument("--approved-by", metavar="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        people = [self._person(options, key) for key in ("proposed_by", "approved_by")]
        try:
            with transaction.atomic():
                self._import(options["files"], options["publish"], *people)
        except BadPolicy as bad:
            raise CommandError("政策文件有误，未导入：\n" + "\n".join(f"  {fault}" for fault in bad.faults)) from None
        except Refused as refused:
            raise CommandError(f"未导入：{refused}") from None

    def _import(self, files: list[str], publish: bool, author: Staff | None, approver: Staff | None) -> None:
        read = read_policy_files(files)
        texts = [(file, Path(file).read_text(encoding="utf-8-sig")) for file in files]
        now = timezone.now()
        for policy, rules in zip(published_policies.file_drafts(texts, by=author, at=now), read, strict=True):
            for warning in policy_warnings(rules):
                self.stderr.write(f"提醒 {warning}")
            if publish and policy.status != PolicyStatus.PUBLISHED:
                policy = published_policies.publish(policy, by=approver, at=now)
            self.stdout.write(f"{policy.get_status_display()} {policy.title}")

    def _person(self, options: dict[str, Any], key: str) -> Staff | None:
        option, username = f"--{key.replace('_', '-')}", options[key]
        if not username:
            if options["publish"]:
                raise CommandError(f"发布需要两名有权限的人员，缺少 {option}。")
            return None
        person = Staff.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(f"{option}：没有用户 {username}，请核对用户名。")
        if not person.has_perm(RIGHT):
            raise CommandError(f"{option}：{username} 没有发布待遇政策的权限，请换一名主管。")
        return person
