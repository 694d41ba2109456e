"""Who uses a server now: the first starts it, the last stops it, and a killed process counts as gone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.errors import FOREIGN_DIRECTORY, EmbeddedError


class Membership:
    """Two locks beside the data: ``.lock`` is held while starting or stopping, ``.users`` is shared by every user.

    The operating system frees both however a process ends. A forked child shares its parent's place; a child
    started as a new program does not (the descriptors close on exec) and joins by itself.
    """

    def __init__(self, base: Path) -> None:
        self._turn = base.with_name(base.name + ".lock")
        self._users = base.with_name(base.name + ".users")
        self._place: int | None = None
        self._pid = 0

    @property
    def joined(self) -> bool:
        return self._place is not None and self._pid == os.getpid()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process at a time starts or stops."""
        descriptor = _open(self._turn)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def join(self) -> None:
        """Take a place, in one's turn; having one already is fine."""
        if self.joined:
            return
        if self._place is not None:
            os.close(self._place)  # a forked child gives back its copy of the parent's place
        self._place, self._pid = _open(self._users), os.getpid()
        fcntl.flock(self._place, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Give the place back, in one's turn; true where nobody else holds one."""
        if self._place is None:
            return False
        descriptor, self._place = self._place, None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(descriptor)


def _open(path: Path) -> int:
    """The lock file, made with the directory's owner: root must not shut out the checkout's owner."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        there = path if path.exists() else path.parent
        raise EmbeddedError(FOREIGN_DIRECTORY.format(path=there, owner=there.stat().st_uid)) from None
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor
