"""Makes .venv ready: made when missing or broken, filled when the requirements changed, left alone otherwise."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "requirements.sha256"
REQUIREMENTS = (CHECKOUT / "requirements.txt", CHECKOUT / "requirements-dev.txt")
OLDEST = (3, 11)
NO_VENV = (
    "这个 Python 不能建立虚拟环境。Debian 或 Ubuntu 请安装：apt-get install python3-venv\n"
    "This Python cannot make a virtual environment: install python3-venv."
)
NOT_INSTALLED = (
    "依赖没有装成，原因见上；多半是网络或镜像。修好后再运行一次即可。\n"
    "The dependencies could not be installed (see above); run it again once the network or mirror is back."
)


def works(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def state() -> str:
    """What is to be installed."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in REQUIREMENTS)).hexdigest()


def installed() -> str:
    """What was installed; nothing where the environment does not run (any more)."""
    recent = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    if not STAMP.exists() or not PYTHON.exists() or not works(PYTHON, "-c", recent):
        return ""
    return STAMP.read_text()


def make_environment() -> list[str | Path]:
    """An environment that runs, and the command that installs into it."""
    own_pip = [PYTHON, "-m", "pip"]
    if PYTHON.exists() and works(*own_pip, "--version"):
        return own_pip
    print("建立虚拟环境 .venv ……", flush=True)  # noqa: T201
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") and works(sys.executable, "-m", "venv", VENV):
        return own_pip
    if works(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV):
        other_pip = [sys.executable, "-m", "pip", "--python", PYTHON]
        if works(*other_pip, "--version"):
            return other_pip
    shutil.rmtree(VENV, ignore_errors=True)
    sys.exit(NO_VENV)


def main() -> None:
    with (CHECKOUT / "requirements-dev.txt").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # make run and make test may be called at once
        wanted = state()
        if installed() == wanted:
            return
        STAMP.unlink(missing_ok=True)
        pip = make_environment()
        print("安装依赖，首次约需一两分钟……", flush=True)  # noqa: T201
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
        settings = os.environ | {"PIP_ROOT_USER_ACTION": "ignore"}
        command = [*pip, "install", *quiet, "-r", str(REQUIREMENTS[1])]
        if subprocess.run(command, cwd=CHECKOUT, env=settings, check=False).returncode != 0:  # noqa: S603
            sys.exit(NOT_INSTALLED)
        STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
