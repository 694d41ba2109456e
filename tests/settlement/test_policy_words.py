"""The national codes lead to the words in which policies speak."""

import pytest

from registry.enums import Level, PersonType
from registry.rules import LEVEL_BY_CODE, PERSON_TYPE_BY_CODE


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("11", "active"),
        ("12", "retired"),
        ("13", "retired"),
        ("34", "retired"),
        ("1401", "minor"),
        ("1402", "minor"),
        ("1403", "minor"),
        ("1404", "student"),
        ("1405", "minor"),
        ("15", "resident"),
        ("16", "senior"),
    ],
)
def test_a_person_type_has_its_word(code: str, word: str) -> None:
    assert PERSON_TYPE_BY_CODE[code] == PersonType(word)


def test_other_persons_have_no_word() -> None:
    assert "99" not in PERSON_TYPE_BY_CODE


@pytest.mark.parametrize(
    ("word", "codes"),
    [("tertiary", (1, 2, 3, 4, 12)), ("secondary", (5, 6, 7, 13)), ("primary", (8, 9, 10, 11, 14))],
)
def test_a_hospital_grade_has_its_level(word: str, codes: tuple[int, ...]) -> None:
    assert {LEVEL_BY_CODE[str(code)] for code in codes} == {Level(word)}
    assert set(LEVEL_BY_CODE) == {str(code) for code in range(1, 15)}
