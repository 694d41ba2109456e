"""``python -m config.embedded`` says where the embedded servers answer; with ``erase`` it removes all their data."""

import sys

from config.embedded import CHECKOUT, Embedded, EmbeddedError

try:
    if sys.argv[1:] == ["erase"]:
        Embedded(CHECKOUT / "var").erase()
    else:
        there = Embedded(CHECKOUT / "var").addresses()
        print(f"DATABASE_URL={there.database_url}\nDATABASE_OWNER_URL={there.owner_url}\nREDIS_URL={there.redis_url}")  # noqa: T201
except EmbeddedError as fault:
    sys.exit(str(fault))
