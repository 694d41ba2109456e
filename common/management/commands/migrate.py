"""Tables are made by the role that owns them; the working role then gets its rights."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as MigrateCommand

from common.roles import grant_working_role


class Command(MigrateCommand):
    help = "以属主角色建表并授予工作角色权限（历史与金额表只增不改）。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["database"] == "owner" and not options["plan"]:
            grant_working_role()
