"""A reference table is a CSV file that lies beside the code and is read as text, cell by cell."""

import csv
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of the file in their order, each by its column names."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def day_or_none(cell: str) -> date | None:
    """The day written in the cell; an empty cell is an end that is not known or not set."""
    return date.fromisoformat(cell) if cell else None
