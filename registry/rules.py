"""Which of the policies' words a national code stands for."""

from registry.enums import Level, PersonType

# 人员类别 (psn_type). 99 其他 has no word: such a person matches no condition on the kind of person.
PERSON_TYPE_BY_CODE: dict[str, PersonType] = {
    code: PersonType(word)
    for word, codes in {
        "active": ("11",),
        "retired": ("12", "13", "34"),
        "minor": ("1401", "1402", "1403", "1405"),
        "student": ("1404",),
        "resident": ("15",),
        "senior": ("16",),
    }.items()
    for code in codes
}

# 医院等级 (hosp_lv): 11 无等级 counts as grassroots.
LEVEL_BY_CODE: dict[str, Level] = {
    code: Level(word)
    for word, codes in {
        "tertiary": ("1", "2", "3", "4", "12"),
        "secondary": ("5", "6", "7", "13"),
        "primary": ("8", "9", "10", "11", "14"),
    }.items()
    for code in codes
}
