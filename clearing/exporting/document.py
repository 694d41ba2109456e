"""The clearing of a period as JSON, to the letter of the contract; the same figures give the same bytes."""

import json
from typing import IO, Any

from clearing.closing import row_facts
from clearing.exporting.figures import Figures, ProvinceTotal

ROW_KEYS = (
    "home", "host", "insurance", "service", "returned", "months", "visits", "total", "fund", "account", "deducted",
    "amount",
)  # fmt: skip


def write(figures: Figures, file: IO[str]) -> None:
    """One line a province, one line a row; the control figures last."""
    generated_on = figures.generated_on.isoformat() if figures.generated_on else None
    head = {"period": str(figures.period), "generated_on": generated_on, "status": figures.status}
    file.write(_text(head)[:-1])
    _write_list(file, "provinces", (_province(total) for total in figures.provinces))
    _write_list(file, "rows", (_row(row) for row in figures.rows))
    control = figures.control
    tail = {"settlements": control.settlements, "amount": str(control.amount), "sha256": control.sha256}
    file.write(f',\n "control": {_text(tail)}}}\n')


def _write_list(file: IO[str], name: str, entries: Any) -> None:
    file.write(f',\n "{name}": [')
    between = "\n  "
    for entry in entries:
        file.write(between + _text(entry))
        between = ",\n  "
    file.write("]")


def _province(total: ProvinceTotal) -> dict[str, str]:
    return {
        "code": total.code,
        "name": total.name,
        "payable": str(total.payable),
        "receivable": str(total.receivable),
    }


def _row(row: Any) -> dict[str, Any]:
    facts = row_facts(row)
    return {key: facts[key] for key in ROW_KEYS}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
