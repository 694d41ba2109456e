"""What a generated month is calibrated on: published figures where there are any, design values marked as such.

Published figures stand with their year; ``docs/generated-month.md`` shows them beside what comes out.
"""

from filings.enums import Category, Channel
from registry.enums import Aid, Insurance, PersonType, Service

# Visits of 2025: stays 1 582.30 of 30 800 (10 000 visits), the rest in the proportions of 2024
# (15 600 outpatient, 909.65 chronic, 5 945.08 pharmacy). Per 10 000.
SERVICES = {Service.INPATIENT: 514, Service.OUTPATIENT: 6590, Service.CHRONIC: 384, Service.PHARMACY: 2512}

# 职工:居民 without pharmacies 64:36 of visits, 48:52 of cost (2025); by service a design value that gives both.
# Pharmacies are paid for from personal accounts, which residents do not have. Per 100.
EMPLOYEES = {Service.INPATIENT: 40, Service.OUTPATIENT: 66, Service.CHRONIC: 68, Service.PHARMACY: 97}

# Mean cost in fen and width: lognormal, sigma of stays 1.1 to 1.2 as fitted on 2018 and 2019; the means are set so
# that fund payments come out as published under the demo policies.
COSTS = {
    (Service.INPATIENT, Insurance.EMPLOYEE): (1_800_000, "1.15"),
    (Service.INPATIENT, Insurance.RESIDENT): (1_830_000, "1.15"),
    (Service.OUTPATIENT, Insurance.EMPLOYEE): (42_000, "0.90"),
    (Service.OUTPATIENT, Insurance.RESIDENT): (20_000, "0.80"),
    (Service.CHRONIC, Insurance.EMPLOYEE): (220_000, "0.70"),
    (Service.CHRONIC, Insurance.RESIDENT): (180_000, "0.60"),
    (Service.PHARMACY, Insurance.EMPLOYEE): (14_000, "0.80"),
    (Service.PHARMACY, Insurance.RESIDENT): (8_000, "0.70"),
}

# Visits of one person in the month, one after another (design value: 2.15 visits a person).
VISITS_OF_A_PERSON = (1, 2, 1, 1, 3, 1, 2, 1, 8, 1, 2, 1, 4, 1, 2, 1, 3, 5, 1, 2)

# Where people leave from and where they go, per province: no official matrix is published. Main sources 安徽 河南 河北
# 江苏, main destinations 北京 上海 浙江 江苏 (stays of 2019); the weights are design values.
SOURCES = {
    "110000": 18, "120000": 16, "130000": 105, "140000": 40, "150000": 42, "210000": 34, "220000": 32, "230000": 42,
    "310000": 24, "320000": 88, "330000": 52, "340000": 135, "350000": 32, "360000": 58, "370000": 62, "410000": 112,
    "420000": 50, "430000": 46, "440000": 38, "450000": 34, "460000": 8, "500000": 32, "510000": 52, "520000": 40,
    "530000": 24, "540000": 4, "610000": 30, "620000": 32, "630000": 9, "640000": 11, "650000": 14, "660000": 6,
}  # fmt: skip
DESTINATIONS = {
    "110000": 100, "120000": 24, "130000": 10, "140000": 6, "150000": 6, "210000": 16, "220000": 9, "230000": 8,
    "310000": 96, "320000": 44, "330000": 60, "340000": 11, "350000": 15, "360000": 6, "370000": 20, "410000": 10,
    "420000": 18, "430000": 11, "440000": 62, "450000": 7, "460000": 13, "500000": 16, "510000": 24, "520000": 6,
    "530000": 12, "540000": 1, "610000": 19, "620000": 5, "630000": 2, "640000": 5, "650000": 9, "660000": 2,
}  # fmt: skip
FOUR_LARGE = ("110000", "310000", "330000", "320000")
MAIN_SOURCES = ("340000", "410000", "130000", "320000")
# Of each capital: degrees north and east, in hundredths.
CAPITALS = {
    "110000": (3990, 11640), "120000": (3913, 11720), "130000": (3804, 11451), "140000": (3787, 11255),
    "150000": (4084, 11175), "210000": (4181, 12343), "220000": (4382, 12532), "230000": (4580, 12653),
    "310000": (3123, 12147), "320000": (3206, 11880), "330000": (3027, 12016), "340000": (3182, 11723),
    "350000": (2607, 11930), "360000": (2868, 11586), "370000": (3665, 11712), "410000": (3475, 11362),
    "420000": (3059, 11430), "430000": (2823, 11294), "440000": (2313, 11326), "450000": (2282, 10837),
    "460000": (2004, 11032), "500000": (2956, 10655), "510000": (3057, 10407), "520000": (2665, 10663),
    "530000": (2488, 10283), "540000": (2965, 9114), "610000": (3434, 10894), "620000": (3606, 10383),
    "630000": (3662, 10178), "640000": (3849, 10623), "650000": (4383, 8762), "660000": (4430, 8605),
}  # fmt: skip
LARGE_CITIES = ("440300", "320500", "330200", "350200", "370200", "210200")  # beside the capitals

# A day's visits against the mean of a week, Monday first: the peak days published were Mondays at 1.6 to 2 times the
# mean of their month. Holidays and the first working day after them likewise.
WEEK = (160, 120, 111, 106, 101, 58, 44)
HOLIDAY = 38
SPRING_FESTIVAL = 25
MAKE_UP_DAY = 96
AFTER_HOLIDAY = 125  # per 100 of the weekday's own
# From eight in the morning on, hour by hour.
HOURS = (10, 16, 15, 9, 4, 10, 13, 11, 8, 4)
FIRST_HOUR = 8

# Per mille.
REVERSED = 10  # of outpatient visits: 门诊退费
REVERSED_AFTER_MONTH_END = 250  # of those
EMERGENCIES = 16  # of persons: no filing, deemed filed (article 34)
ON_PROMISE = 300  # of long-term filings
DECIDED_AT_ONCE = 350  # of filings
LATE_INSTITUTIONS = 30  # agree a month late
LATE_PROVINCES = 90  # confirm after the 25th

# Filings by category and channel: no figures are published; design values that go with the kind of person.
ANYBODY = {Category.OTHER_TEMPORARY: 34, Category.REFERRAL: 14}
CATEGORIES = {
    PersonType.ACTIVE: ANYBODY | {Category.POSTED_WORKER: 34, Category.LONG_TERM_RESIDENT: 16},
    PersonType.RETIRED: ANYBODY | {Category.RETIREE_RELOCATED: 34, Category.LONG_TERM_RESIDENT: 22},
    PersonType.SENIOR: ANYBODY | {Category.RETIREE_RELOCATED: 22, Category.LONG_TERM_RESIDENT: 26},
    **dict.fromkeys(
        (PersonType.RESIDENT, PersonType.MINOR, PersonType.STUDENT), ANYBODY | {Category.LONG_TERM_RESIDENT: 34}
    ),
}
CHANNELS = {
    Channel.NATIONAL_APP: 44, Channel.NATIONAL_MINI_PROGRAM: 14, Channel.STATE_COUNCIL_CLIENT: 6,
    Channel.LOCAL_ONLINE: 20, Channel.WINDOW: 14, Channel.INSTITUTION: 2,
}  # fmt: skip
LONG_TERM_DAYS, TEMPORARY_DAYS = 900, 120  # before the first visit that a filing holds, at most

LEVELS_OF_STAY = {"tertiary": 72, "secondary": 21, "primary": 7}
LEVELS_OF_VISIT = {"tertiary": 60, "secondary": 24, "primary": 16}
PERSON_TYPES = {
    Insurance.EMPLOYEE: {PersonType.ACTIVE: 52, PersonType.RETIRED: 48},
    Insurance.RESIDENT: {PersonType.RESIDENT: 56, PersonType.SENIOR: 28, PersonType.MINOR: 12, PersonType.STUDENT: 4},
}
AGES = {  # youngest, oldest
    PersonType.ACTIVE: (20, 59),
    PersonType.RETIRED: (55, 92),
    PersonType.RESIDENT: (19, 59),
    PersonType.SENIOR: (60, 92),
    PersonType.MINOR: (0, 16),
    PersonType.STUDENT: (18, 24),
}
AIDS = {Aid.NONE: 955, Aid.DIBAO: 30, Aid.DIBAO_EDGE: 10, Aid.TEKUN: 5}
DISEASES = {
    "M03900": 26, "M01600": 24, "M00500": 18, "M07801": 10, "M08300": 5, "M05300": 4, "M06900": 4, "M04600": 5,
    "M00201": 3, "M07200": 1,
}  # fmt: skip
COMMONEST_DISEASE = "M03900"
ACCOUNTS = (280_000, "1.00")  # balance of an employee's personal account
