"""What the portal needs before it can serve: tables, reference and demo data, static files; each only when changed."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

SEEN = settings.BASE_DIR / "var" / "prepared.json"


def prepare(say: Callable[[str], None]) -> None:
    """Bring everything up to date; nothing to do takes a fraction of a second."""
    seen = _read()
    if _tables_are_behind():
        say("建立或更新数据表……")
        call_command("migrate", interactive=False, verbosity=0)
    database = _database_made_at()
    for name, text, current, command in (
        ("reference", "载入区划、机构、工作日历、目录与政策……", f"{database} {_code_state()}", "load_reference"),
        ("demo", "写入演示数据（仅首次）……", database if settings.DEMO else seen.get("demo", ""), "demo"),
    ):
        if seen.get(name) != current and current:
            say(text)
            call_command(command, verbosity=0)
            seen = _write(seen | {name: current})
    static = _static_state()
    if seen.get("static") != static or not settings.STATIC_ROOT.is_dir():
        say("整理网页的静态文件……")
        call_command("collectstatic", interactive=False, verbosity=0)
        _write(seen | {"static": static})
    connections.close_all()


def _tables_are_behind() -> bool:
    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database_made_at() -> str:
    """What tells one database from another at the same address: the moment of its first migration."""
    first = MigrationRecorder(connections["owner"]).migration_qs.order_by("id").first()
    return first.applied.isoformat() if first else ""


def _code_state() -> str:
    """The state of our apps' files: reference data is loaded again when any of them changed."""
    ours = (Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(settings.BASE_DIR))
    folders = [folder for folder in ours if ".venv" not in folder.parts]
    return _state_of(
        path for folder in folders for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


def _static_state() -> str:
    sources = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return _state_of(Path(path) for path in sources)


def _state_of(files: Iterable[Path]) -> str:
    """Which files there are, how long, and when written."""
    digest = hashlib.sha256()
    for path in sorted(files):
        found = path.stat()
        digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _read() -> dict[str, str]:
    try:
        seen = json.loads(SEEN.read_text())
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _write(seen: dict[str, str]) -> dict[str, str]:
    SEEN.parent.mkdir(parents=True, exist_ok=True)
    SEEN.write_text(json.dumps(seen, indent=1))
    return seen
