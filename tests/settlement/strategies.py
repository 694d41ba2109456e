"""Random policies and cases as plain dictionaries, drawn so that rules meet one another often."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

KINDS = ("inpatient", "outpatient", "chronic", "pharmacy")
FUNDS = ("pool", "large_sum", "critical", "civil_servant", "enterprise", "aid", "other")
PERSONS = ("active", "retired", "resident", "minor", "student", "senior")
LEVELS = ("primary", "secondary", "tertiary")
FILINGS = (
    "retiree_relocated", "long_term_resident", "posted_worker", "referral", "emergency", "other_temporary", "none"
)  # fmt: skip
COMPONENTS = ("deductible", "beyond_limit", "over_cap", "copay")
CHARGES = ("first_self_pay", "over_limit", "out_of_scope")
COMPARISONS = (">=", "<=", ">", "<")
AREA = "411600"

ratios = st.sampled_from(("0", "0.5", "0.55", "0.333", "0.85", "0.9", "0.875", "0.0001", "0.99999", "1"))
points = st.sampled_from(("-20", "-10", "5", "+2.5", "-100", "100"))
factors = st.sampled_from(("0.5", "0.8", "0.333333333", "1.1", "0", "1.2345678901"))
amounts = st.one_of(
    st.sampled_from(("0", "50", "100", "300.00", "800", "1500", "30000")),
    st.integers(0, 200_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}"),
)
charges = st.one_of(
    st.sampled_from((0, 1, 50_000, 100_000, 12_345, 9_999_999)), st.integers(0, 400_000), st.integers(0, 3_000)
)


def some(words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """One word, or a list of words."""
    return st.one_of(st.sampled_from(words), st.lists(st.sampled_from(words), min_size=1, max_size=4, unique=True))


def numbers(highest: int) -> st.SearchStrategy[Any]:
    """A number bare or quoted, a list of numbers, or a comparison."""
    number = st.integers(0, highest)
    return st.one_of(
        number,
        number.map(str),
        st.lists(number, min_size=1, max_size=3),
        st.tuples(st.sampled_from(COMPARISONS), number).map(lambda pair: f"{pair[0]}{pair[1]}"),
    )


conditions = {
    "person": some(PERSONS),
    "level": some(LEVELS),
    "filing": some(FILINGS),
    "place": some(("local", "off_site")),
    "admission": numbers(3),
    "aid": some(("none", "dibao", "tekun")),
    "age": numbers(90),
    "disease": some(("M001", "M002", "7")),
    "insured_months": numbers(400),
    "transfer": st.sampled_from((True, False, "true", "false")),
    "tags": some(("family_doctor", "poor", "true")),
}


@st.composite
def whens(draw: st.DrawFn) -> dict[str, Any]:
    size = draw(st.sampled_from((0, 0, 0, 1, 2)))
    facts = draw(st.lists(st.sampled_from(sorted(conditions)), min_size=size, max_size=size, unique=True))
    return {fact: draw(conditions[fact]) for fact in facts}


@st.composite
def rows(draw: st.DrawFn, value: st.SearchStrategy[dict[str, Any]], *, certain: bool) -> list[dict[str, Any]]:
    """Rows with conditions; with ``certain`` nearly always one that matches at the end."""
    found = []
    for _ in range(draw(st.integers(0, 2))):
        found.append({"when": draw(whens()), **draw(value)})
    if draw(st.integers(0, 30 if certain else 2)):
        found.append(draw(value))
    return found


amount_rows = st.fixed_dictionaries({"amount": amounts})


@st.composite
def share_or_amount(draw: st.DrawFn) -> dict[str, str]:
    if draw(st.booleans()):
        return {"amount": draw(amounts)}
    row = {"share": draw(ratios)}
    lowest, highest = sorted((draw(amounts), draw(amounts)), key=float)
    if draw(st.booleans()):
        row["min"] = lowest
    if draw(st.booleans()):
        row["max"] = highest
    return row


@st.composite
def slice_rows(draw: st.DrawFn) -> dict[str, Any]:
    limits = sorted({limit for limit in draw(st.lists(amounts, max_size=3)) if float(limit) > 0}, key=float)
    unique = [limit for at, limit in enumerate(limits) if at == 0 or float(limit) > float(limits[at - 1])]
    return {"slices": [[limit, draw(ratios)] for limit in (*unique, None)]}


@st.composite
def deductibles(draw: st.DrawFn, over_year: bool) -> dict[str, Any]:
    per = "year" if over_year else draw(st.sampled_from(("visit", "institution_day", "month", "year")))
    value = share_or_amount() if per == "visit" else amount_rows
    rule: dict[str, Any] = {"per": per, "rows": draw(rows(value, certain=True))}
    if not over_year and draw(st.booleans()):
        rule["year_limit"] = draw(amounts)
    return rule


@st.composite
def cost_limits(draw: st.DrawFn, over_year: bool) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "per": "year" if over_year else draw(st.sampled_from(("visit", "day", "month", "year"))),
        "rows": draw(rows(amount_rows, certain=False)),
    }
    if draw(st.booleans()):
        rule["counts"] = draw(st.sampled_from(("above_deductible", "all")))
    return rule


@st.composite
def adjustments(draw: st.DrawFn) -> dict[str, Any]:
    parts = {"factor": factors, "self_pay_factor": factors, "points": points, "floor": ratios, "ceiling": ratios}
    chosen = draw(st.lists(st.sampled_from(sorted(parts)), min_size=1, max_size=3, unique=True))
    return {"when": draw(whens()), **{name: draw(parts[name]) for name in chosen}}


@st.composite
def caps(draw: st.DrawFn) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for per in draw(st.lists(st.sampled_from(("visit", "day", "month", "year")), max_size=2)):
        cap: dict[str, Any] = {"per": per, "rows": draw(rows(amount_rows, certain=False))}
        if draw(st.booleans()):
            cap["name"] = f"shared.{per}"
        found[cap.get("name", per)] = cap
    return list(found.values())


def subset(words: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), max_size=3, unique=True)


@st.composite
def bases(draw: st.DrawFn, first: bool) -> Any:
    plus = draw(subset(CHARGES))
    if first:
        return draw(st.sampled_from(("in_scope", {"remaining": {"with": plus}})))
    remaining: dict[str, Any] = {"with": plus, "without": draw(subset(COMPONENTS))}
    return draw(st.sampled_from(("in_scope", {"only": draw(subset(COMPONENTS))}, {"remaining": remaining})))


@st.composite
def layers(draw: st.DrawFn, first: bool) -> dict[str, Any]:
    over_year = not first and draw(st.integers(0, 3)) == 0
    layer: dict[str, Any] = {"fund": draw(st.sampled_from(FUNDS[:3] if draw(st.booleans()) else FUNDS))}
    slices: dict[str, Any] = {"rows": draw(rows(slice_rows(), certain=True))}
    if draw(st.booleans()):
        slices["from"] = draw(st.sampled_from(("deductible", "zero")))
    if not over_year and draw(st.booleans()):
        slices["count"] = draw(st.sampled_from(("visit", "year")))
    layer["slices"] = slices
    if over_year:
        layer["over"] = "year"
    elif draw(st.booleans()):
        layer["over"] = "visit"
    if draw(st.booleans()):
        layer["deductible"] = draw(deductibles(over_year))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "applies": whens(),
        "base": bases(first),
        "cost_limit": cost_limits(over_year),
        "adjust": st.lists(adjustments(), max_size=3),
        "fixed_deduction": st.fixed_dictionaries({"rows": rows(amount_rows, certain=False)}),
        "caps": caps(),
    }
    for key, value in optional.items():
        if draw(st.booleans()):
            layer[key] = draw(value)
    return layer


@st.composite
def benefits(draw: st.DrawFn) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    names: set[str] = set()
    for number in range(draw(st.sampled_from((0, 1, 1, 2, 2, 3, 4)))):
        layer = draw(layers(number == 0))
        name = f"common {number}"
        if draw(st.integers(0, 3)) == 0 and name not in names:
            layer["name"] = name
            names.add(name)
        found.append(layer)
    return {"layers": found}


@st.composite
def policies(draw: st.DrawFn, valid_from: date, valid_until: date | None) -> dict[str, Any]:
    policy: dict[str, Any] = {
        "area": AREA,
        "insurance": "employee",
        "title": "随机政策",
        "valid_from": valid_from,
        "valid_until": valid_until,
        "benefits": {
            kind: draw(benefits()) for kind in KINDS if kind in ("inpatient", "outpatient") or draw(st.integers(0, 9))
        },
    }
    if draw(st.booleans()):
        policy["rounding"] = draw(st.sampled_from(("layer", "slice")))
    if draw(st.booleans()):
        policy["cross_year"] = draw(st.sampled_from(("whole", "by_days")))
    if draw(st.booleans()):
        policy["off_site_first_self_pay"] = draw(rows(st.fixed_dictionaries({"ratio": ratios}), certain=False))
    if draw(st.booleans()):
        policy["account"] = {"pays_for": draw(st.lists(st.sampled_from(KINDS), unique=True))}
    return policy


@st.composite
def policy_sets(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One policy, two that follow one another, or (seldom) two that overlap."""
    first_day, middle = date(2022, 1, 1), date(2023, 6, 30)
    shape = draw(st.sampled_from(("one",) * 10 + ("two",) * 8 + ("overlapping", "gap")))
    if shape == "one":
        return [draw(policies(first_day, None))]
    second = {"two": date(2023, 7, 1), "overlapping": middle, "gap": date(2023, 7, 4)}[shape]
    return [draw(policies(first_day, middle)), draw(policies(second, None))]


def days(*around: date) -> st.SearchStrategy[date]:
    return st.sampled_from([day + timedelta(days=shift) for day in around for shift in (0, 0, 1, 2)])


settlement_days = days(
    date(2022, 12, 30), date(2022, 12, 31), date(2023, 1, 2), date(2023, 6, 29), date(2023, 7, 1), date(2023, 12, 30)
)


@st.composite
def bills(draw: st.DrawFn) -> dict[str, Any]:
    parts = {name: draw(charges) // 4 if draw(st.booleans()) else 0 for name in CHARGES}
    total = draw(charges) + sum(parts.values())
    found = {name: f"{fen // 100}.{fen % 100:02d}" for name, fen in parts.items() if fen or draw(st.booleans())}
    return {"total": f"{total // 100}.{total % 100:02d}", **found}


@st.composite
def visits(draw: st.DrawFn, number: int) -> dict[str, Any]:
    settled_on = draw(settlement_days)
    kind = draw(st.sampled_from(("inpatient", "inpatient", "outpatient", "outpatient", "chronic")))
    visit: dict[str, Any] = {
        "id": f"V{number}",
        "kind": kind,
        "settled_on": settled_on.isoformat(),
        "charges": draw(bills()),
        "institution": draw(st.sampled_from(("H31010400001", "H31010400002"))),
    }
    if kind == "inpatient" and draw(st.booleans()):
        stay = draw(st.sampled_from((0, 1, 2, 3, 7, 45, 370, 740)))
        visit["admitted_on"] = (settled_on - timedelta(days=stay)).isoformat()
    optional = {
        "place": st.sampled_from(("local", "off_site", "off_site")),
        "level": st.sampled_from(LEVELS),
        "filing": st.sampled_from(FILINGS),
        "disease": st.sampled_from(("M001", "M002", "7", None)),
        "transfer": st.booleans(),
        "use_account": st.booleans(),
    }
    return visit | {key: draw(value) for key, value in optional.items() if draw(st.integers(0, 3))}


@st.composite
def persons(draw: st.DrawFn) -> dict[str, Any]:
    optional = {
        "person": st.sampled_from(PERSONS),
        "aid": st.sampled_from(("none", "dibao", "tekun")),
        "born_on": st.sampled_from(("1955-03-01", "2012-02-29", "1993-07-02", "1933-12-31")),
        "insured_months": st.integers(0, 400),
        "tags": st.lists(st.sampled_from(("family_doctor", "poor", "true")), unique=True),
        "account_balance": amounts,
    }
    chosen = {key: draw(value) for key, value in optional.items() if draw(st.integers(0, 4))}
    return {"area": AREA, "insurance": "employee", **chosen}


@st.composite
def cases(draw: st.DrawFn, longest: int = 7) -> dict[str, Any]:
    """A person's visits, some taken back later."""
    found: list[dict[str, Any]] = []
    standing: list[str] = []
    for number in range(1, draw(st.integers(1, longest)) + 1):
        if standing and draw(st.integers(0, 4)) == 0:
            original = draw(st.sampled_from(standing))
            standing.remove(original)
            found.append({"id": f"R{number}", "reverse": original})
        else:
            found.append(draw(visits(number)))
            standing.append(f"V{number}")
    return {"person": draw(persons()), "visits": found}
