"""The policy format computed a second time, slowly, in exact fractions, straight from its page.

It shares no code with ``settlement.rules``: it reads the YAML and the case as plain dictionaries, keeps a list of
everything that happened, and sums that list whenever something is asked about a day, a month or a year.
"""

from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from math import floor

ONE_FEN = Fraction(1, 100)


class ReferenceRefusal(Exception):
    """The code of the refusal."""


def half_up(amount: Fraction) -> Fraction:
    return Fraction(floor(amount * 100 + Fraction(1, 2)), 100)


def same(a, b) -> bool:
    return str(a).lower() == str(b).lower() if isinstance(a, bool) or isinstance(b, bool) else str(a) == str(b)


def condition_holds(fact, wanted) -> bool:
    if fact is None:
        return False
    if isinstance(fact, list):
        return any(condition_holds(one, wanted) for one in fact)
    if isinstance(wanted, list):
        return any(condition_holds(fact, one) for one in wanted)
    text = str(wanted)
    if isinstance(fact, int) and not isinstance(fact, bool):
        for sign, compare in (
            (">=", lambda number: fact >= number),
            ("<=", lambda number: fact <= number),
            (">", lambda number: fact > number),
            ("<", lambda number: fact < number),
        ):
            if text.startswith(sign):
                return compare(int(text[len(sign) :]))
    return same(fact, wanted)


def all_hold(when, facts) -> bool:
    return all(condition_holds(facts.get(fact), wanted) for fact, wanted in (when or {}).items())


def first_row(rows, facts):
    for row in rows:
        if all_hold(row.get("when"), facts):
            return row
    return None


def lies_in(entry, per, day, institution) -> bool:
    if per == "institution_day":
        return entry["day"] == day and entry["institution"] == institution
    if per == "day":
        return entry["day"] == day
    if per == "month":
        return (entry["day"].year, entry["day"].month) == (day.year, day.month)
    assert per == "year"
    return entry["day"].year == day.year


def layer_names(kind, layers):
    names, seen = [], {}
    for layer in layers:
        seen[layer["fund"]] = seen.get(layer["fund"], 0) + 1
        number = seen[layer["fund"]]
        names.append(layer.get("name") or f"{kind}.{layer['fund']}" + (f".{number}" if number > 1 else ""))
    return names


def adjusted(ratio, rows, facts):
    for row in rows:
        if not all_hold(row.get("when"), facts):
            continue
        if "factor" in row:
            ratio = ratio * Fraction(row["factor"])
        if "self_pay_factor" in row:
            ratio = 1 - (1 - ratio) * Fraction(row["self_pay_factor"])
        if "points" in row:
            ratio = ratio + Fraction(row["points"]) / 100
        if "floor" in row:
            ratio = max(ratio, Fraction(row["floor"]))
        if "ceiling" in row:
            ratio = min(ratio, Fraction(row["ceiling"]))
    return min(max(ratio, Fraction(0)), Fraction(1))


class Sequence:
    """The visits of one case; ``log`` holds what happened, one entry for every thing kept."""

    def __init__(self, policies, case):
        self.policies = policies
        self.person = case["person"]
        self.balance = Fraction(self.person.get("account_balance") or 0)
        self.log = []

    def run(self, visits):
        answers, by_id = [], {}
        for visit in visits:
            if "reverse" in visit:
                original = by_id.pop(visit["reverse"], None)
                if original is None:
                    raise ReferenceRefusal("bad_case")
                self.log = [entry for entry in self.log if entry["visit"] != visit["reverse"]]
                self.balance += original["account"]
                answers.append(negated(original, visit.get("id")))
            else:
                answer = self.compute(visit)
                by_id[visit["id"]] = answer
                answers.append(answer)
        return answers

    def policy_on(self, day):
        found = [
            policy
            for policy in self.policies
            if policy["area"] == self.person["area"]
            and policy["insurance"] == self.person["insurance"]
            and policy["valid_from"] <= day
            and (policy.get("valid_until") is None or day <= policy["valid_until"])
        ]
        if not found:
            raise ReferenceRefusal("no_policy")
        if len(found) > 1:
            raise ReferenceRefusal("overlapping_policies")
        return found[0]

    def compute(self, visit):
        settled_on = date.fromisoformat(visit["settled_on"])
        policy = self.policy_on(settled_on)
        kind = visit["kind"]
        if kind not in policy["benefits"]:
            raise ReferenceRefusal("not_covered")
        facts = self.facts(visit, settled_on)
        if kind == "inpatient":
            self.log.append({"visit": visit["id"], "what": "stay", "day": settled_on})
        charges = {name: Fraction(visit["charges"].get(name) or 0) for name in CHARGES}
        in_scope = charges["total"] - charges["out_of_scope"] - charges["over_limit"] - charges["first_self_pay"]
        amounts = {**{name: charges[name] for name in CHARGES[1:]}, "in_scope": in_scope}
        parts = [(settled_on, amounts)]
        if kind == "inpatient" and policy.get("cross_year") == "by_days" and visit.get("admitted_on"):
            parts = by_days(date.fromisoformat(visit["admitted_on"]), settled_on, amounts)
        answer = {"id": visit["id"], "in_scope": 0, "first_self_pay": 0, "funds": {}, "total": charges["total"]}
        answer["funds"] = {layer["fund"]: Fraction(0) for layer in policy["benefits"][kind]["layers"]}
        borne_in_stay = {}
        for day, part in parts:
            self.compute_part(policy, visit, facts, day, part, borne_in_stay, answer)
        answer["fund_total"] = sum(answer["funds"].values(), Fraction(0))
        answer["personal"] = charges["total"] - answer["fund_total"]
        answer["account"] = Fraction(0)
        if kind in policy.get("account", {}).get("pays_for", []) and visit.get("use_account", True):
            answer["account"] = min(self.balance, answer["personal"])
        answer["cash"] = answer["personal"] - answer["account"]
        self.balance -= answer["account"]
        return answer

    def facts(self, visit, settled_on):
        facts = {name: self.person.get(name) for name in ("person", "aid", "insured_months", "tags")}
        facts |= {name: visit.get(name) for name in ("level", "filing", "place", "disease", "transfer")}
        if self.person.get("born_on"):
            born = date.fromisoformat(self.person["born_on"])
            had_birthday = (settled_on.month, settled_on.day) >= (born.month, born.day)
            facts["age"] = settled_on.year - born.year - (0 if had_birthday else 1)
        if visit["kind"] == "inpatient":
            stays = [e for e in self.log if e["what"] == "stay" and e["day"].year == settled_on.year]
            facts["admission"] = len(stays) + 1
        return facts

    def compute_part(self, policy, visit, facts, day, part, borne_in_stay, answer):
        in_scope, first_self_pay = part["in_scope"], part["first_self_pay"]
        total = sum(part.values())
        if facts.get("place") == "off_site":
            row = first_row(policy.get("off_site_first_self_pay") or [], facts)
            if row is not None:
                extra = half_up(in_scope * Fraction(row["ratio"]))
                in_scope, first_self_pay = in_scope - extra, first_self_pay + extra
        answer["in_scope"] += in_scope
        answer["first_self_pay"] += first_self_pay
        part = {**part, "in_scope": in_scope, "first_self_pay": first_self_pay}
        layers = policy["benefits"][visit["kind"]]["layers"]
        names = layer_names(visit["kind"], layers)
        paid_so_far, components = Fraction(0), {}
        visit_caps = {}
        for position, (layer, name) in enumerate(zip(layers, names, strict=True)):
            if not all_hold(layer.get("applies"), facts):
                continue
            base = self.base_of(layer, position, part, paid_so_far, components)
            one = OneLayer(self, policy, layer, name, visit, facts, day, borne_in_stay, visit_caps)
            payment = one.pay(base, total - paid_so_far)
            paid_so_far += payment
            answer["funds"][layer["fund"]] += payment
            if position == 0:
                components = one.components

    def base_of(self, layer, position, part, paid_so_far, components):
        default = "in_scope" if position == 0 else {"remaining": {}}
        base = layer.get("base", default)
        if base == "in_scope":
            return part["in_scope"]
        if "only" in base:
            return sum((components.get(name, Fraction(0)) for name in base["only"]), Fraction(0))
        amount = part["in_scope"] - paid_so_far
        amount += sum(part[name] for name in base["remaining"].get("with", []))
        amount -= sum(components.get(name, Fraction(0)) for name in base["remaining"].get("without", []))
        return max(Fraction(0), amount)


class OneLayer:
    """One layer on one visit, step by step as the page numbers them."""

    def __init__(self, sequence, policy, layer, name, visit, facts, day, borne_in_stay, visit_caps):
        self.log, self.policy, self.layer, self.name = sequence.log, policy, layer, name
        self.visit, self.facts, self.day = visit, facts, day
        self.borne_in_stay, self.visit_caps = borne_in_stay, visit_caps
        self.components = {}
        self.over_year = layer.get("over") == "year"

    def earlier(self, what, per, name=None):
        return sum(
            (
                entry["amount"]
                for entry in self.log
                if entry["what"] == what
                and entry["name"] == (name or self.name)
                and lies_in(entry, per, self.day, self.visit.get("institution"))
            ),
            Fraction(0),
        )

    def note(self, what, amount, name=None):
        self.log.append(
            {
                "visit": self.visit["id"],
                "what": what,
                "name": name or self.name,
                "day": self.day,
                "institution": self.visit.get("institution"),
                "amount": amount,
            }
        )

    def pay(self, own_base, room):
        base = own_base + (self.earlier("base", "year") if self.over_year else 0)  # step 1
        deductible = self.deductible(base)  # step 2
        cost, beyond_limit, counted = self.cost(base - deductible, deductible)  # step 3
        parts = self.parts(deductible, cost)  # step 4
        fixed = Fraction(0)
        if "fixed_deduction" in self.layer:
            row = first_row(self.layer["fixed_deduction"]["rows"], self.facts)
            fixed = Fraction(row["amount"]) if row else fixed
        products = [part * ratio for part, ratio in parts]
        if self.policy.get("rounding") == "slice":
            products = [half_up(product) for product in products]
        payment = max(Fraction(0), sum(products, Fraction(0)) - fixed)  # step 5
        if self.over_year:
            payment = max(Fraction(0), payment - self.earlier("payment", "year"))
        caps, over_cap = self.caps(), Fraction(0)  # step 6
        if caps and min(left for _, _, left in caps) < payment:
            payment = min(left for _, _, left in caps)
            over_cap = half_up(self.left_over(parts, payment + fixed if payment else Fraction(0)))
        payment = half_up(min(payment, room))  # step 7
        self.components = {  # step 8
            "deductible": deductible,
            "beyond_limit": beyond_limit,
            "over_cap": over_cap,
            "copay": base - deductible - beyond_limit - over_cap - payment,
        }
        self.keep(own_base, deductible, cost, counted, payment, caps)
        return payment

    def deductible(self, base):
        rule = self.layer.get("deductible")
        if rule is None:
            return Fraction(0)
        row = first_row(rule["rows"], self.facts)
        if row is None:
            raise ReferenceRefusal("not_covered")
        if "share" in row:
            due = half_up(base * Fraction(row["share"]))
            due = max(due, Fraction(row.get("min", 0)))
            due = min(due, Fraction(row["max"])) if "max" in row else due
        else:
            due = Fraction(row["amount"])
            if self.over_year:
                pass
            elif rule["per"] == "visit":
                due -= self.borne_in_stay.get(self.name, Fraction(0))
            else:
                due -= self.earlier("deductible", rule["per"])
        if "year_limit" in rule:
            due = min(due, Fraction(rule["year_limit"]) - self.earlier("deductible", "year"))
        borne = min(base, max(Fraction(0), due))
        self.borne_in_stay[self.name] = self.borne_in_stay.get(self.name, Fraction(0)) + borne
        return borne

    def cost(self, cost, deductible):
        rule = self.layer.get("cost_limit")
        row = first_row(rule["rows"], self.facts) if rule else None
        if row is None:
            return cost, Fraction(0), False
        left = Fraction(row["amount"])
        counts_all = rule.get("counts") == "all"
        if counts_all:
            left -= deductible
        if rule["per"] != "visit" and not self.over_year:
            left -= self.earlier("limited cost", rule["per"])
            if counts_all:
                left -= self.earlier("limited deductible", rule["per"])
        entering = min(cost, max(Fraction(0), left))
        return entering, cost - entering, True

    def parts(self, deductible, cost):
        rule = self.layer["slices"]
        row = first_row(rule["rows"], self.facts)
        if row is None:
            raise ReferenceRefusal("not_covered")
        from_zero = rule.get("from") == "zero"
        start = deductible if from_zero else Fraction(0)
        if rule.get("count") == "year":
            start += self.earlier("cost", "year")
            if from_zero:
                start += self.earlier("deductible", "year")
        end, lower, parts = start + cost, Fraction(0), []
        for upto, ratio in row["slices"]:
            upper = end if upto is None else min(Fraction(upto), end)
            parts.append(
                (
                    max(Fraction(0), upper - max(lower, start)),
                    adjusted(Fraction(ratio), self.layer.get("adjust") or [], self.facts),
                )
            )
            lower = end if upto is None else Fraction(upto)
        assert sum(part for part, _ in parts) == cost
        return parts

    def caps(self):
        found = []
        for cap in self.layer.get("caps") or []:
            row = first_row(cap["rows"], self.facts)
            if row is None:
                continue
            name = cap.get("name") or f"{self.name}.cap.{cap['per']}"
            used = self.visit_caps.get(name, Fraction(0)) if cap["per"] == "visit" else Fraction(0)
            if cap["per"] != "visit":
                used = self.earlier(f"paid under cap per {cap['per']}", cap["per"], name)
            found.append((name, cap["per"], max(Fraction(0), Fraction(row["amount"]) - used)))
        return found

    def left_over(self, parts, target):
        """The cost not consumed when the parts, lowest first, have yielded the target."""
        reached, left = Fraction(0), Fraction(0)
        for part, ratio in parts:
            if reached >= target:
                left += part
            elif reached + part * ratio <= target:
                reached += part * ratio
            else:
                left += part - (target - reached) / ratio
                reached = target
        return left

    def keep(self, own_base, deductible, cost, counted, payment, caps):
        if self.over_year:
            deductible -= self.earlier("deductible", "year")
            cost -= self.earlier("cost", "year")
        self.note("base", own_base)
        self.note("deductible", deductible)
        self.note("cost", cost)
        self.note("payment", payment)
        if counted:
            self.note("limited cost", cost)
            self.note("limited deductible", deductible)
        for name, per, _ in caps:
            self.visit_caps[name] = self.visit_caps.get(name, Fraction(0)) + payment
            if per != "visit":
                self.note(f"paid under cap per {per}", payment, name)


CHARGES = ("total", "out_of_scope", "over_limit", "first_self_pay")


def by_days(admitted_on, settled_on, amounts):
    nights_by_year = {}
    night = admitted_on
    while night < settled_on:
        nights_by_year[night.year] = nights_by_year.get(night.year, 0) + 1
        night += timedelta(days=1)
    if admitted_on.year == settled_on.year:
        return [(settled_on, amounts)]
    all_nights, passed, parts = sum(nights_by_year.values()), 0, []
    for year, nights in sorted(nights_by_year.items()):
        part = {}
        for name, amount in amounts.items():
            until_before = half_up(amount * passed / all_nights)
            part[name] = half_up(amount * (passed + nights) / all_nights) - until_before
        passed += nights
        parts.append((settled_on if year == settled_on.year else date(year, 12, 31), part))
    return parts


def negated(answer, own_id):
    taken_back = {
        key: ({fund: -amount for fund, amount in value.items()} if key == "funds" else -value)
        for key, value in answer.items()
        if key != "id"
    }
    return {**taken_back, "id": own_id}


def reference_case(policies, case):
    """The answers of a case as plain fractions; ReferenceRefusal with the code else."""
    return Sequence(deepcopy(policies), case).run(case["visits"])
