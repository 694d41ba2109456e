"""Where the embedded servers keep their data and sockets, and under which account they run."""

import hashlib
import os
import pwd
import re
import shutil
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config.embedded.errors import FOREIGN_DIRECTORY, NO_OTHER_ACCOUNT, UNKNOWN_USER, EmbeddedError

SOCKET_PATH_LIMIT = 107  # bytes, of a unix socket's path, without the closing zero
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
PLAIN_PATH = re.compile(r"[^,\"'\\\n]+")  # PostgreSQL reads a list of directories, separated by commas
NAME = "cross-province-settlement"
TEMPORARY = Path("/tmp")  # noqa: S108  (private directories with their owner checked; TMPDIR may differ between users)
OUTSIDE = (Path("/var/lib"), Path("/var/tmp"), TEMPORARY)  # noqa: S108


@dataclass(frozen=True)
class Account:
    """Who a server runs as."""

    uid: int
    gid: int

    @property
    def as_child(self) -> dict[str, object]:
        """The arguments of Popen that make the child this account; none where we are it already."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_pass(self, directory: Path) -> bool:
        """May it go through this directory and every one above?"""
        directory = directory.resolve()
        return all(self._may(path, 0o1) for path in (directory, *directory.parents) if path.exists())

    def can_read(self, file: Path) -> bool:
        return self.can_pass(file.parent) and self._may(file, 0o4)

    def _may(self, path: Path, bits: int) -> bool:
        if self.uid == os.geteuid():
            return os.access(path, bits)
        found = path.stat()
        if found.st_uid == self.uid:
            bits <<= 6
        elif found.st_gid == self.gid:
            bits <<= 3
        return stat.S_IMODE(found.st_mode) & bits == bits


class Ground:
    """What both servers of one var directory stand on: their account, their base directory, their key."""

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        self.key = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]

    @cached_property
    def account(self) -> Account:
        """PostgreSQL refuses root: then the owner of var or of the checkout, else nobody."""
        if os.geteuid() != 0:
            return Account(os.geteuid(), _group_of(os.geteuid()))
        for path in (self.var, self.var.parent):
            if path.exists() and path.stat().st_uid != 0:
                try:
                    return Account(path.stat().st_uid, _group_of(path.stat().st_uid))
                except EmbeddedError:
                    continue  # a mounted directory may belong to a number this system has no name for
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedError(NO_OTHER_ACCOUNT) from None
        return Account(nobody.pw_uid, nobody.pw_gid)

    @cached_property
    def is_inside(self) -> bool:
        """Can the account reach var? Where it cannot, the data lies outside: nobody's home is opened for it."""
        return self.account.can_pass(self.var.parent)

    @cached_property
    def outside(self) -> Path:
        base = next(path for path in OUTSIDE if path.is_dir() and os.access(path, os.W_OK))
        return base / f"{NAME}-{self.key}"

    @property
    def base(self) -> Path:
        return self.var if self.is_inside else self.outside

    def socket_directory(self, name: str) -> Path:
        """Beside the data, or a short path where that would be too long for a socket."""
        preferred = self.base / name / "socket"
        length = len(os.fsencode(preferred / LONGEST_SOCKET_NAME))
        if length <= SOCKET_PATH_LIMIT and PLAIN_PATH.fullmatch(str(preferred)):
            return preferred
        return TEMPORARY.resolve() / f"{NAME}-{self.key}-{name}"

    def prepare(self, name: str) -> None:
        """The directories of one server exist and belong to its account alone."""
        if not self.is_inside:
            make_open(self.outside)
        make_private(self.base / name, self.account)
        make_private(self.socket_directory(name), self.account)

    def erase(self) -> None:
        """Remove everything the servers ever kept."""
        for name in ("postgres", "redis"):
            shutil.rmtree(self.socket_directory(name), ignore_errors=True)
            shutil.rmtree(self.base / name, ignore_errors=True)
        if self.outside.is_dir():
            shutil.rmtree(self.outside, ignore_errors=True)


def _group_of(uid: int) -> int:
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        raise EmbeddedError(UNKNOWN_USER.format(uid=uid)) from None


def make_var(var: Path) -> None:
    """var exists; made by root, it belongs to the checkout's owner and lets the servers' account through."""
    if not var.exists():
        var.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(var, var.parent.stat().st_uid, var.parent.stat().st_gid)
    if os.geteuid() == 0 and stat.S_IMODE(var.stat().st_mode) & 0o111 != 0o111:
        var.chmod(0o755)


def make_private(directory: Path, account: Account) -> None:
    """The directory exists, belongs to the account and is closed to everybody else."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        raise EmbeddedError(FOREIGN_DIRECTORY.format(path=directory, owner=found.st_uid))
    if found.st_uid != account.uid:
        os.chown(directory, account.uid, account.gid)
    if stat.S_IMODE(found.st_mode) != 0o700:
        directory.chmod(0o700)


def make_open(directory: Path) -> None:
    """The directory exists, is ours, and others may pass through it but not write."""
    directory.mkdir(mode=0o755, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedError(FOREIGN_DIRECTORY.format(path=directory, owner=found.st_uid))
    directory.chmod(0o755)


def copy_open(source: Path, target: Path) -> None:
    """Copy a tree of programs where every account may run it; a half-made copy is made again."""
    if target.exists():
        return
    half = target.with_name(target.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(source, half, symlinks=True)
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    half.rename(target)
