"""Four months with a bit of everything: both insurances, both directions, a reversal that nets, one that is
returned, an emergency, a statement that was late, a filing that was cancelled, a province that confirmed late.

In yuan, all in Beijing's hospital but the last: 王 of 合肥 (employee) 100.00 and 60.00 as an outpatient, half from the
pool and half from the account: 160.00; a third visit of 40.00 and a stay are taken back within the month. 赵 of 合肥
(resident) lies in hospital for 5 500.00, of which 80 % above 500.00: 4 000.00. 张 of 北京 lies in a hospital of 郑州 for
10 500.00, 90 % above 500.00: 9 000.00. In November the visit of 60.00 is taken back after clearing: 60.00 returned;
somebody else is an emergency: 80.00. December is agreed, and its sheet not generated yet: 王 once more, 24.00.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from clearing.models import Sheet
from filings import workflow as filing_workflow
from filings.enums import Category, Material
from registry.models import Enrolment, Institution
from settlement.models import Settlement
from tests import stories
from tests.conftest import at, forget_what_was_written

HEFEI_RESIDENT = """
area: "340100"
insurance: resident
title: 合肥市居民医保异地待遇（测试）
valid_from: 2023-01-01
valid_until: null
benefits:
  inpatient:
    layers:
      - fund: pool
        name: inpatient.pool
        deductible: {per: visit, rows: [{amount: "500"}]}
        slices: {rows: [{slices: [[null, "0.80"]]}]}
"""


@dataclass
class ReturnedMonth:
    """The hospitals, the people and the settlements that the story names."""

    beijing: Institution
    zhengzhou: Institution
    late: Institution
    wang: Enrolment
    first: Settlement
    second: Settlement
    netted: Settlement
    refund: Settlement | None = None

    @staticmethod
    def sheet(period: str) -> Sheet:
        return Sheet.objects.get(period=period)


def september() -> ReturnedMonth:
    """September 2026, agreed on both sides but by one hospital, its sheet not generated yet."""
    for policy in (stories.HEFEI, HEFEI_RESIDENT, stories.BEIJING):
        stories.publish(policy)
    beijing = stories.open_hospital("H11010100001", "119900", "110000")
    zhengzhou = stories.open_hospital("H41010200001", "410100", "410100")
    late = stories.open_hospital("H11010100002", "119900", "110000")
    wang = stories.traveller(balance="300.00")
    first = stories.visit(wang, beijing, "outpatient", "2026-09-03 09:00", in_scope="100.00")
    second = stories.visit(wang, beijing, "outpatient", "2026-09-04 09:00", in_scope="60.00")
    netted = stories.visit(wang, beijing, "outpatient", "2026-09-05 09:00", in_scope="30.00", first_self_pay="10.00")
    stories.reverse(netted, "2026-09-06 09:00")
    taken_back = stories.visit(wang, beijing, "inpatient", "2026-09-08 09:00", in_scope="700.00")
    stories.reverse(taken_back, "2026-09-09 09:00")
    stay_of_a_resident(beijing)
    zhang = stories.insured("119900", "张三", "990000197511110033", date(1975, 11, 11), "active", "0.00")
    stories.file(zhang, Category.POSTED_WORKER, "410100", {Material.WORK_CONTRACT})
    stories.visit(zhang, zhengzhou, "inpatient", "2026-09-28 16:00", in_scope="10500.00")
    ended = stories.traveller()
    stories.visit(ended, late, "outpatient", "2026-09-20 09:00", in_scope="20.00")
    filing_workflow.cancel(ended.person.filings.get(), by=None, at=at("2026-09-25 09:00"), why="本人申请")
    stories.run_until("2026-10-01 01:00")
    for hospital in (beijing, zhengzhou):
        stories.agree(stories.statement_of(hospital, "2026-09"), "2026-10-12 10:00")
    return ReturnedMonth(beijing, zhengzhou, late, wang, first, second, netted)


def cleared() -> ReturnedMonth:
    """September with its sheet and its notices, confirmed by all."""
    month = september()
    stories.run_until("2026-10-21 01:00")
    stories.confirm_all(month.sheet("2026-09"), "2026-10-23 10:00")
    stories.run_until("2026-10-31 01:00")
    return month


def returned() -> ReturnedMonth:
    """September to November: the late hospital agrees for October, and a cleared visit is taken back in November."""
    month = cleared()
    stories.run_until("2026-11-01 01:00")
    stories.agree(stories.statement_of(month.late, "2026-09"), "2026-11-10 10:00")
    month.refund = stories.reverse(month.second, "2026-11-05 10:00")
    stranger = stories.somebody(balance="50.00")
    stories.visit(
        stranger, month.beijing, "outpatient", "2026-11-06 10:00", in_scope="80.00", inpatient_type="emergency"
    )
    stories.run_until("2026-11-21 01:00")
    stories.confirm_all(month.sheet("2026-10"), "2026-11-24 10:00")
    stories.run_until("2026-12-01 01:00")
    stories.agree(stories.statement_of(month.beijing, "2026-11"), "2026-12-08 10:00")
    stories.run_until("2026-12-21 01:00")
    stories.confirm_all(month.sheet("2026-11"), "2026-12-24 10:00")
    stories.visit(month.wang, month.beijing, "outpatient", "2026-12-28 09:00", in_scope="24.00")
    taken_back = stories.visit(month.wang, month.beijing, "inpatient", "2026-12-29 09:00", in_scope="700.00")
    stories.reverse(taken_back, "2026-12-30 09:00")
    stories.run_until("2027-01-01 01:00")
    stories.agree(stories.statement_of(month.beijing, "2026-12"), "2027-01-08 10:00")
    return month


@contextmanager
def committed(blocker: Any) -> Iterator[ReturnedMonth]:
    """The story committed, for a whole module that reads it; removed in the end, the reference data stays."""
    with blocker.unblock():
        month = returned()
        connections["default"].close()
    yield month
    with blocker.unblock():
        forget_what_was_written()


def stay_of_a_resident(hospital: Institution) -> Settlement:
    """赵 of 合肥, insured as a resident and filed in Beijing for good, lies in hospital from 10 to 15 September."""
    zhao = stories.insured(
        "340100", "赵居民", "990000195808080010", date(1958, 8, 8), "senior", "0.00", insurance="resident"
    )
    stories.file(zhao, Category.LONG_TERM_RESIDENT, "110000", {Material.RESIDENCE_PROOF})
    return stories.visit(zhao, hospital, "inpatient", "2026-09-15 11:00", begun_on="2026-09-10", in_scope="5500.00")
