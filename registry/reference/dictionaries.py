"""What a bill's lines are of, and which chronic diseases are settled across provinces."""

from dataclasses import dataclass
from functools import cache

from registry.reference.tables import read_table


@dataclass(frozen=True)
class ExpenseCategoryRow:
    """One of the 14 national categories of expense (医疗收费项目类别, med_chrgitm_type; article 32)."""

    code: str
    name: str
    source: str


@dataclass(frozen=True)
class ChronicDiseaseRow:
    """A chronic disease settled across provinces (门诊慢特病); ``since`` is the year its batch was opened."""

    code: str
    name: str
    since: int
    source: str


@cache
def expense_categories() -> tuple[ExpenseCategoryRow, ...]:
    """The categories by code."""
    return tuple(ExpenseCategoryRow(**cells) for cells in read_table("expense_categories.csv"))


@cache
def chronic_diseases() -> tuple[ChronicDiseaseRow, ...]:
    """The ten diseases, the five of 2021 first."""
    rows = read_table("chronic_diseases.csv")
    return tuple(
        ChronicDiseaseRow(cells["code"], cells["name"], int(cells["since"]), cells["source"]) for cells in rows
    )
