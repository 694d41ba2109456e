#!/usr/bin/env python
"""Where every command of the portal starts; one that needs the database finds the embedded one when none is named."""

import os
import sys

NEEDS_NO_DATABASE = {"calculate", "term", "help", "--help", "-h", "version", "--version", "collectstatic"}


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in NEEDS_NO_DATABASE:
        from config import embedded

        embedded.provide()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
