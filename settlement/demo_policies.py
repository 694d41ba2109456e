"""Demonstration policies (演示政策): plausible benefits for any area, clearly titled, different from area to area."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from registry.enums import Insurance

REAL_POLICIES = Path(__file__).parent / "policies"
HEADER = "# 演示政策：数字为演示而设，不是任何统筹区的真实待遇{kept}。\n"


class PlainDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes every passage out; no references between them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


REFERRED = {"place": "off_site", "filing": ["referral", "emergency"]}
TEMPORARY = {"place": "off_site", "filing": "other_temporary"}
UNFILED = {"place": "off_site", "filing": "none"}
POOR = ["tekun", "dibao", "dibao_edge"]
POOL_YEAR = "pool.cap.year"  # one yearly cap of the pool for inpatient and chronic together

Rules = dict[str, Any]


def demo_policy_text(
    area_code: str, area_name: str, insurance: str, valid_from: date, *, real: str | None = None
) -> str:
    """A policy file for the area; with the text of a real one its benefits stay, and only missing ones are added."""
    label = Insurance(insurance).label
    kind = (_Employee if insurance == "employee" else _Resident)(int(area_code))
    policy: Rules = {
        "area": area_code,
        "insurance": str(insurance),
        "title": f"演示政策：{area_name}{label}",
        "document": {"number": "演示", "url": "", "issued_on": None},
        "valid_from": valid_from,
        "valid_until": None,
        "cross_year": kind.cross_year(),
    }
    account = kind.account()
    if account:
        policy["account"] = account
    policy["benefits"] = kind.benefits()
    kept = ""
    if real is not None:
        written = yaml.safe_load(real)
        policy["title"] = f"演示政策（含真实条款：{written['title']}）：{area_name}{label}"
        policy["benefits"] |= written["benefits"]
        kinds = "、".join(written["benefits"])
        kept = f"；{kinds} 取自真实政策文件"
    body = yaml.dump(
        policy, Dumper=PlainDumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
    )
    return HEADER.format(kept=kept) + str(body)


@cache
def real_policy_text(area_code: str, insurance: str) -> str | None:
    """The latest real policy file of the area and insurance, where there is one."""
    found = sorted(REAL_POLICIES.glob(f"{area_code}-{insurance}-*.yaml"))
    return found[-1].read_text(encoding="utf-8") if found else None


class _Demo:
    """What differs a little from area to area, by its code."""

    def __init__(self, code: int) -> None:
        self.step = code // 100 % 7  # 0 to 6
        self.half = self.step % 2

    def cross_year(self) -> str:
        return "by_days" if self.step == 3 else "whole"

    def account(self) -> Rules | None:
        return None

    def deductible(self, tertiary: int, secondary: int, primary: int) -> Rules:
        """By level; the second stay of a year half, from the third a quarter; other temporary stays half more."""
        rows: list[Rules] = []
        amounts = {"tertiary": tertiary + 50 * self.step, "secondary": secondary + 25 * self.step, "primary": primary}
        for admission, share in ((None, 100), ("2", 50), (">=3", 25)):
            for level, amount in amounts.items():
                when: Rules = {"level": level}
                if admission is not None:
                    when["admission"] = admission
                rows.insert(0, {"when": when, "amount": str(amount * share // 100)})
        rows.insert(0, {"when": TEMPORARY, "amount": str(amounts["tertiary"] * 3 // 2)})
        rows.append({"amount": str(amounts["tertiary"])})
        return {"per": "visit", "rows": rows}

    def off_site_cuts(self) -> list[Rules]:
        """Within the bounds of the notice 医保发〔2022〕22号 二(五), 二(六)."""
        return [
            {"when": REFERRED, "points": str(-5 - self.half * 5)},
            {"when": TEMPORARY, "points": str(-15 - self.half * 5)},
            {"when": UNFILED, "points": "-30"},
        ]


class _Employee(_Demo):
    def account(self) -> Rules:
        return {"pays_for": ["inpatient", "outpatient", "chronic", "pharmacy"]}

    def benefits(self) -> Rules:
        return {
            "inpatient": {"layers": [self._stay(), self._large_sum()]},
            "outpatient": {"layers": [self._visit()]},
            "chronic": {"layers": [self._chronic()]},
            "pharmacy": {"layers": []},
        }

    def _stay(self) -> Rules:
        return {
            "fund": "pool",
            "deductible": self.deductible(700, 450, 200),
            "slices": {
                "rows": [
                    {"when": {"level": "primary"}, "slices": [["30000", "0.90"], [None, "0.93"]]},
                    {"when": {"level": "secondary"}, "slices": [["30000", "0.88"], [None, "0.91"]]},
                    {"slices": [["30000", "0.85"], [None, "0.90"]]},
                ]
            },
            "adjust": [{"when": {"person": "retired"}, "points": "3"}, *self.off_site_cuts()],
            "caps": [{"per": "year", "name": POOL_YEAR, "rows": [{"amount": str(150_000 + 10_000 * self.step)}]}],
        }

    def _large_sum(self) -> Rules:
        return {
            "fund": "large_sum",
            "base": {"only": ["over_cap"]},
            "slices": {"rows": [{"slices": [[None, "0.85"]]}]},
            "caps": [{"per": "year", "rows": [{"amount": "300000"}]}],
        }

    def _visit(self) -> Rules:
        return {
            "fund": "pool",
            "deductible": {
                "per": "institution_day",
                "rows": [{"when": {"level": "primary"}, "amount": "0"}, {"amount": str(20 + 10 * self.half)}],
            },
            "slices": {
                "rows": [
                    {"when": {"level": ["primary", "secondary"]}, "slices": [[None, "0.60"]]},
                    {"slices": [[None, "0.50"]]},
                ]
            },
            "adjust": [{"when": {"person": "retired"}, "points": "10"}, *self.off_site_cuts()],
            "caps": [
                {
                    "per": "year",
                    "rows": [
                        {"when": {"person": "retired"}, "amount": str(3000 + 200 * self.step)},
                        {"amount": str(2000 + 200 * self.step)},
                    ],
                }
            ],
        }

    def _chronic(self) -> Rules:
        return {
            "fund": "pool",
            "deductible": {"per": "month", "rows": [{"amount": "30"}]},
            "cost_limit": {"per": "month", "rows": [{"amount": str(2000 + 500 * self.half)}]},
            "slices": {"rows": [{"slices": [[None, "0.80"]]}]},
            "adjust": [{"when": {"person": "retired"}, "points": "5"}, *self.off_site_cuts()],
            "caps": [{"per": "year", "name": POOL_YEAR, "rows": [{"amount": str(150_000 + 10_000 * self.step)}]}],
        }


class _Resident(_Demo):
    def benefits(self) -> Rules:
        return {
            "inpatient": {"layers": [self._stay(), self._critical(), self._aid()]},
            "outpatient": {"layers": [self._visit()]},
            "chronic": {"layers": [self._chronic()]},
            "pharmacy": {"layers": []},
        }

    def _stay(self) -> Rules:
        return {
            "fund": "pool",
            "deductible": self.deductible(1000, 500, 200),
            "slices": {
                "rows": [
                    {"when": {"level": "primary"}, "slices": [[None, "0.80"]]},
                    {"when": {"level": "secondary"}, "slices": [[None, "0.70"]]},
                    {"slices": [[None, "0.60"]]},
                ]
            },
            "adjust": [{"when": {"person": ["minor", "student"]}, "points": "5"}, *self.off_site_cuts()],
            "caps": [{"per": "year", "name": POOL_YEAR, "rows": [{"amount": str(100_000 + 5_000 * self.step)}]}],
        }

    def _critical(self) -> Rules:
        """大病保险: on what the year's stays left to the person within the scope."""
        threshold = 12_000 + 500 * self.step
        return {
            "fund": "critical",
            "over": "year",
            "deductible": {
                "per": "year",
                "rows": [{"when": {"aid": POOR}, "amount": str(threshold // 2)}, {"amount": str(threshold)}],
            },
            "slices": {"rows": [{"slices": [["100000", "0.60"], [None, "0.70"]]}]},
            "adjust": [{"when": {"aid": POOR}, "points": "5"}],
            "caps": [{"per": "year", "rows": [{"when": {"aid": "none"}, "amount": "400000"}]}],
        }

    def _aid(self) -> Rules:
        return {
            "fund": "aid",
            "applies": {"aid": POOR},
            "slices": {
                "rows": [
                    {"when": {"aid": "tekun"}, "slices": [[None, "0.90"]]},
                    {"when": {"aid": "dibao"}, "slices": [[None, "0.75"]]},
                    {"slices": [[None, "0.60"]]},
                ]
            },
            "caps": [{"per": "year", "rows": [{"amount": "30000"}]}],
        }

    def _visit(self) -> Rules:
        return {
            "fund": "pool",
            "slices": {
                "rows": [{"when": {"level": "primary"}, "slices": [[None, "0.60"]]}, {"slices": [[None, "0.50"]]}]
            },
            "adjust": self.off_site_cuts(),
            "caps": [
                {"per": "day", "rows": [{"amount": "60"}]},
                {"per": "year", "rows": [{"amount": str(300 + 20 * self.step)}]},
            ],
        }

    def _chronic(self) -> Rules:
        return {
            "fund": "pool",
            "deductible": {"per": "year", "rows": [{"amount": "200"}]},
            "cost_limit": {"per": "month", "rows": [{"amount": "1500"}]},
            "slices": {"rows": [{"slices": [[None, "0.65"]]}]},
            "adjust": self.off_site_cuts(),
            "caps": [{"per": "year", "name": POOL_YEAR, "rows": [{"amount": str(100_000 + 5_000 * self.step)}]}],
        }
