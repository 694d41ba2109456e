#!/usr/bin/env python
"""Where every command of the portal starts; one that needs the database finds the embedded one when none is named."""

import os
import signal
import sys

NEEDS_NO_DATABASE = {"calculate", "term", "help", "--help", "-h", "version", "--version", "collectstatic"}


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in NEEDS_NO_DATABASE:
        provide_servers()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def provide_servers() -> None:
    """Start or join the embedded servers; a command that is told to end lets go of them first."""
    from config import embedded

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        embedded.provide()
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
