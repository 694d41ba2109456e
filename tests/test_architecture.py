"""The house keeps its shape: who imports whom, what stays pure, who writes a status, who reads the clock.

Every checker is a function over source text that returns findings, so that each is shown to find a bad snippet before
it is let loose on the house.
"""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent

# From the ground up: an app imports from those before it, never from those after it.
APPS = ("common", "registry", "filings", "settlement", "clearing", "coordination", "config")
STAGES = ("filings", "settlement", "clearing", "coordination")

# Within an app, likewise; a module that is not named here is a process.
STEPS = ("enums", "parameters", "rules", "messages", "models", "process", "surface")
STEP_OF = {
    "enums": "enums",
    "parameters": "parameters",
    "rules": "rules",
    "policy_file": "rules",  # reads and writes what the rules compute with
    "case_file": "rules",
    "identity": "rules",
    "reference": "rules",
    "certificates": "rules",
    "permissions": "rules",
    "messages": "messages",
    "models": "models",
    "tasks": "surface",
    "admin": "surface",
    "api": "surface",
    "spreadsheet": "surface",
    "management": "surface",
    "apps": "surface",
}
# A verb may need what the process modules beside it know; they never import the verbs back.
WORKFLOW_STANDS_ON = {
    "settlement": {"periods", "published_policies", "year_amounts"},
}

PURE_FILES = ("common/money.py", "common/dates.py", "common/law.py")
PURE_STEPS = ("rules", "parameters")
PURE_LIBRARY = {
    "__future__", "abc", "bisect", "calendar", "collections", "collections.abc", "dataclasses", "datetime", "decimal",
    "enum", "fractions", "functools", "itertools", "math", "operator", "re", "typing",
}  # fmt: skip
PURE_HOUSE = {"common.money", "common.dates", "common.law"}

FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "signals", "constants", "mixins", "misc"}

# A case is kept in bulk in its first status here, with record_begun beside it; everywhere else begin() does it.
KEPT_IN_BULK = {"settlement/statements.py": {"Statement"}, "clearing/closing.py": {"ProvinceSheet"}}
# A policy file is a document, not a case: its status has two values and one direction.
NOT_A_CASE = {"settlement/published_policies.py"}
BULK_WRITES = {"update", "create", "get_or_create", "update_or_create", "aupdate", "acreate"}

CLOCK_STEPS = {"tasks", "admin", "api", "management", "spreadsheet"}
CLOCK_FILES = {"common/scheduling.py", "config/schedule.py"}
CLOCK_CALLS = {"now", "localdate", "localtime"}

MONEY = ("settlement", "clearing", "common/money.py", "common/fields.py", "common/gate.py")
MOST_LINES_OF_A_TASK = 6


@dataclass(frozen=True)
class Module:
    """One module of the house as text."""

    path: str  # relative to the house, with slashes
    text: str

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    @property
    def room(self) -> str:
        """The first name below the app: ``rules`` for settlement/rules/layer.py."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[1] if len(parts) > 1 else ""

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def tree(self) -> ast.Module:
        return parsed(self.text)


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the apps but the migrations."""
    found = []
    for app in APPS:
        for file in sorted((HOUSE / app).rglob("*.py")):
            if not {"migrations", "__pycache__"} & set(file.relative_to(HOUSE).parts):
                found.append(Module(file.relative_to(HOUSE).as_posix(), file.read_text(encoding="utf-8")))
    return tuple(found)


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What is imported, wherever in the module: module and name (empty for a bare import)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute in this house"
            yield from ((node.module or "", alias.name) for alias in node.names)


# Arrows between the apps


def upward_imports(module: Module) -> list[str]:
    above = set(APPS[APPS.index(module.app) + 1 :])
    return sorted({f"{module.path} imports {name}" for name, _ in imports(module.tree) if name.split(".")[0] in above})


def test_an_app_imports_only_from_the_apps_below_it() -> None:
    assert [finding for module in modules() for finding in upward_imports(module)] == []


def test_an_upward_import_is_found_even_inside_a_function() -> None:
    bad = Module("registry/rules.py", "def f():\n    from settlement.models import Settlement\n")
    assert upward_imports(bad) == ["registry/rules.py imports settlement.models"]


# Arrows within an app


def rooms_imported(module: Module) -> set[str]:
    """The rooms of its own app a module imports."""
    rooms = set()
    for name, what in imports(module.tree):
        parts = name.split(".")
        if parts[0] == module.app:
            rooms.add(parts[1] if len(parts) > 1 else what)
    return rooms - {module.room, ""}


def step(room: str) -> int:
    return STEPS.index(STEP_OF.get(room, "process"))


def backward_imports(module: Module) -> list[str]:
    return sorted(
        f"{module.path} ({module.room}) imports {room}"
        for room in rooms_imported(module)
        if step(room) > step(module.room)
    )


def test_within_an_app_the_arrows_run_from_enums_to_the_surfaces() -> None:
    stages = [module for module in modules() if module.app in STAGES and module.room != "__init__"]
    assert [finding for module in stages for finding in backward_imports(module)] == []


def test_rules_that_import_models_are_found() -> None:
    bad = Module("filings/rules.py", "from filings.models import Filing\nfrom filings import workflow\n")
    assert backward_imports(bad) == [
        "filings/rules.py (rules) imports models",
        "filings/rules.py (rules) imports workflow",
    ]


def test_a_workflow_stands_on_models_and_on_named_processes_only() -> None:
    for module in modules():
        if module.room == "workflow":
            processes = {room for room in rooms_imported(module) if STEP_OF.get(room, "process") == "process"}
            assert processes <= WORKFLOW_STANDS_ON.get(module.app, set()), module.path


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """Rooms from which the arrows lead back to themselves."""
    found = []
    for start in arrows:
        seen: set[str] = set()
        ahead = set(arrows[start])
        while ahead:
            room = ahead.pop()
            if room not in seen:
                seen.add(room)
                ahead |= arrows.get(room, set())
        if start in seen:
            found.append(start)
    return sorted(found)


@pytest.mark.parametrize("app", APPS)
def test_no_rooms_import_each_other_in_a_circle(app: str) -> None:
    arrows: dict[str, set[str]] = {}
    for module in modules():
        if module.app == app and module.room not in ("__init__", "apps"):
            arrows.setdefault(module.room, set()).update(rooms_imported(module))
    arrows.get("models", set()).discard("permissions")  # asked when a permission is, long after loading
    assert circles(arrows) == []


def test_a_circle_is_found() -> None:
    assert circles({"intake": {"workflow"}, "workflow": {"periods"}, "periods": {"intake"}, "models": set()}) == [
        "intake", "periods", "workflow",
    ]  # fmt: skip


# Purity


def is_pure(module: Module) -> bool:
    return module.path in PURE_FILES or (module.app != "config" and module.room in PURE_STEPS)


def impurities(module: Module) -> list[str]:
    found = []
    for name, what in imports(module.tree):
        inside = name if "." in name or not what else f"{name}.{what}"
        room = inside.split(".")[1] if "." in inside else ""
        ours = name.split(".")[0] in APPS and (
            inside in PURE_HOUSE or name in PURE_HOUSE or room in ("enums", *PURE_STEPS)
        )
        if name not in PURE_LIBRARY and not ours:
            found.append(f"{module.path} imports {inside}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager"):
            found.append(f"{module.path}:{node.lineno} uses .{node.attr}")
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("now", "today", "utcnow", "open", "print", "input"):
                found.append(f"{module.path}:{node.lineno} calls {called}()")
    return found


def test_rules_and_parameters_are_pure() -> None:
    pure = [module for module in modules() if is_pure(module)]
    assert len(pure) > 10
    assert [finding for module in pure for finding in impurities(module)] == []


def test_enums_take_nothing_from_django_but_text_choices() -> None:
    for module in modules():
        if module.room == "enums":
            taken = {(name, what) for name, what in imports(module.tree) if name.split(".")[0] not in APPS}
            assert taken <= {("django.db.models", "TextChoices")}, module.path


@pytest.mark.parametrize(
    "line",
    [
        "from django.db import models",
        "from django.conf import settings",
        "import time",
        "from filings.models import Filing",
        "from filings import workflow",
        "from datetime import date\nday = date.today()",
        "import datetime\nmoment = datetime.datetime.now()",
        "rows = Filing.objects.all()",
        "text = open('rates.txt').read()",
    ],
)
def test_an_impurity_is_found(line: str) -> None:
    assert impurities(Module("filings/rules.py", line))


def test_what_rules_may_import_is_no_impurity() -> None:
    good = "from collections.abc import Iterable\nfrom common import dates\nfrom common.law import Dated\n"
    good += "from registry.enums import Insurance\nfrom filings.parameters import TEMPORARY_MONTHS\n"
    assert impurities(Module("filings/rules.py", good)) == []


# Who writes a status


@cache
def case_kinds() -> frozenset[str]:
    """The names of the models that are cases."""
    names = {"Case"}
    for _ in range(3):
        names |= {
            node.name
            for module in modules()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef) and names & {base.id for base in node.bases if isinstance(base, ast.Name)}
        }
    return frozenset(names - {"Case"})


def root_of(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def assigned(node: ast.AST) -> Iterable[ast.AST]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets:
        yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def names_status(call: ast.Call) -> bool:
    literals = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)]
    return any(word.arg == "status" for word in call.keywords) or "status" in literals


def status_writes(module: Module) -> list[str]:
    """Assignments of ``.status``, and calls that write it past the transitions."""
    found = []
    for node in ast.walk(module.tree):
        where = f"{module.path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in assigned(node)):
                found.append(f"{where} assigns .status")
        elif isinstance(node, ast.Call):
            found += [f"{where} {fault}" for fault in _status_call(node, module.path)]
    return found


def _status_call(call: ast.Call, path: str) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {word.arg for word in call.keywords}
    if (
        name in BULK_WRITES
        and "status" in keywords
        and (name in ("update", "aupdate") or root_of(call) in case_kinds())
    ):
        yield f"writes status in {name}()"
    if name in ("bulk_update", "setattr") and names_status(call):
        yield f"writes status in {name}()"
    if name in case_kinds() and "status" in keywords and name not in KEPT_IN_BULK.get(path, ()):
        yield f"makes a {name} with a status: use begin()"


def test_only_the_transitions_write_a_status() -> None:
    exempt = {"common/transitions.py"} | NOT_A_CASE
    assert case_kinds() >= {"Filing", "Statement", "Sheet", "ProvinceSheet"}
    assert [finding for module in modules() if module.path not in exempt for finding in status_writes(module)] == []


def test_what_is_kept_in_bulk_is_recorded_in_the_same_module() -> None:
    texts = {module.path: module.text for module in modules()}
    assert all("record_begun(" in texts[path] for path in KEPT_IN_BULK)


@pytest.mark.parametrize(
    "line",
    [
        "filing.status = 'active'",
        "filing.status, filing.opinion = 'active', ''",
        "Filing.objects.filter(pk=1).update(status='active')",
        "Filing.objects.create(status='active')",
        "Filing(number='1', status='active')",
        "Filing.objects.bulk_update(rows, ['status'])",
        "setattr(filing, 'status', 'active')",
    ],
)
def test_a_status_written_past_the_transitions_is_found(line: str) -> None:
    assert len(status_writes(Module("filings/intake.py", line))) == 1


@pytest.mark.parametrize(
    "line", ["Filing.objects.filter(status='active')", "move(filing, 'active', allowed={})", "print(filing.status)"]
)
def test_reading_a_status_is_no_writing(line: str) -> None:
    assert status_writes(Module("filings/intake.py", line)) == []


# Names, floats, tasks, the clock


def test_files_are_named_after_the_domain() -> None:
    named = {part for module in modules() for part in (*Path(module.path).parts[:-1], Path(module.path).stem)}
    assert named & FORBIDDEN_NAMES == set()


def floats(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{module.path}:{node.lineno} has the float {node.value}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            found.append(f"{module.path}:{node.lineno} calls float()")
    return found


def test_money_knows_no_floats() -> None:
    money = [module for module in modules() if module.path.startswith(MONEY)]
    assert [finding for module in money for finding in floats(module)] == []


def test_a_float_is_found() -> None:
    assert len(floats(Module("settlement/rules/layer.py", "share = float(amount) * 0.85"))) == 2


def long_tasks(module: Module) -> list[str]:
    found = []
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            if lines > MOST_LINES_OF_A_TASK:
                found.append(f"{module.path} {node.name} has {lines} lines")
    return found


def test_tasks_are_thin() -> None:
    tasks = [module for module in modules() if module.room == "tasks"]
    assert tasks
    assert [finding for module in tasks for finding in long_tasks(module)] == []


def test_a_long_task_is_found() -> None:
    lines = "".join(f"    step({n})\n" for n in range(7))
    assert long_tasks(Module("clearing/tasks.py", f'def close():\n    """Close."""\n{lines}'))


def clock_readings(module: Module) -> list[str]:
    return [
        f"{module.path}:{node.lineno} reads the clock: {node.func.attr}()"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_CALLS
        and root_of(node.func) in ("timezone", "django")
        and not node.args
        and not node.keywords
    ]


def test_only_surfaces_and_the_schedule_read_the_clock() -> None:
    inner = [module for module in modules() if module.room not in CLOCK_STEPS and module.path not in CLOCK_FILES]
    assert [finding for module in inner for finding in clock_readings(module)] == []


def test_a_reading_of_the_clock_is_found_and_a_conversion_is_not() -> None:
    text = "from django.utils import timezone\nat = timezone.now()\non = timezone.localdate()\nday = timezone.localdate(at)"
    assert len(clock_readings(Module("filings/intake.py", text))) == 2


# Words


def remarks(text: str) -> list[str]:
    marks = ("TO" + "DO", "FIX" + "ME", "X" * 3)
    comments = (
        token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    )
    return [token.string for token in comments if any(mark in token.string for mark in marks)]


def test_nothing_is_left_for_later() -> None:
    tests = [path.read_text(encoding="utf-8") for path in sorted((HOUSE / "tests").rglob("*.py"))]
    assert [remark for text in (*(module.text for module in modules()), *tests) for remark in remarks(text)] == []


def test_a_remark_for_later_is_found() -> None:
    assert remarks("x = 1  # TO" + "DO: the other insurances\n")


def is_explained(module: Module) -> bool:
    """A docstring; an empty package marker needs none, and an apps.py may say it in its one class."""
    if ast.get_docstring(module.tree) or not module.tree.body:
        return True
    classes = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
    return module.room == "apps" and len(classes) == 1 and bool(ast.get_docstring(classes[0]))


def test_every_module_says_what_it_is_for() -> None:
    assert [module.path for module in modules() if not is_explained(module)] == []
    assert not is_explained(Module("filings/queue.py", "x = 1"))


@pytest.mark.parametrize("app", APPS)
def test_every_app_introduces_itself(app: str) -> None:
    (docstring,) = [ast.get_docstring(module.tree) for module in modules() if module.path == f"{app}/__init__.py"]
    assert docstring
    if app in (*STAGES, "registry"):
        assert "Article" in docstring, "an app names the articles it stands on"
