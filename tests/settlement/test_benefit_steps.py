"""The steps of a benefit: what a clerk reads out, and in which a reader can redo the sum."""

from decimal import Decimal

from settlement.rules import explain_benefit, explain_case
from tests.settlement.desk import case, policy, visit

LAYERS = """
- fund: pool
  deductible: {per: year, rows: [{amount: '800'}], year_limit: '1000'}
  cost_limit: {per: visit, rows: [{amount: '50000'}]}
  slices: {rows: [{slices: [['10000', '0.85'], [null, '0.90']]}]}
  adjust: [{when: {filing: other_temporary}, points: '-20'}]
  fixed_deduction: {rows: [{amount: '10'}]}
  caps: [{per: year, rows: [{amount: '9000'}]}]
- fund: critical
  over: year
  base: {remaining: {with: [first_self_pay], without: [deductible]}}
  slices: {rows: [{slices: [[null, '0.60']]}]}
- fund: aid
  applies: {aid: dibao}
  slices: {rows: [{slices: [[null, '1']]}]}
"""
HEAD = "off_site_first_self_pay: [{ratio: '0.10'}]\naccount: {pays_for: [inpatient]}\n"


def steps() -> list[tuple[str, str, str]]:
    read = case(visit("20000.00", out_of_scope="1000.00", filing="other_temporary"), account_balance="500.00")
    benefit = explain_benefit(policy(LAYERS, head=HEAD), read.person, read.visits[0])
    return [(label, str(amount), basis) for label, amount, basis in benefit.steps]


def test_the_steps_tell_the_whole_sum_in_order() -> None:
    # (19000 - 1900 - 800) = 16300: 10000 at 65 %, 6300 at 70 %; less 10; then 60 % of what is left
    assert steps() == [
        ("符合政策范围", "19000.00", "总额 20000.00 − 全自费 1000.00 − 超限价 0.00 − 先行自付 0.00"),
        ("异地先行自付", "1900.00", "19000.00 × 10%，四舍五入到分"),
        ("符合政策范围（扣除异地先行自付）", "17100.00", "19000.00 − 1900.00"),
        ("基本医保统筹基金 计算基数", "17100.00", "符合政策范围"),
        (
            "基本医保统筹基金 起付线",
            "800.00",
            "每年起付线 800.00，本年起付线合计不超过 1000.00，不超过基数 17100.00",
        ),
        ("基本医保统筹基金 分段 0.00–10000.00", "6500.00", "10000.00 × 65%"),
        ("基本医保统筹基金 分段 10000.00–16300.00", "4410.00", "6300.00 × 70%"),
        (
            "基本医保统筹基金 支付",
            "9000.00",
            "各段合计 10910.00 − 定额扣减 10.00，每年封顶线剩余 9000.00，四舍五入到分",
        ),
        ("基本医保统筹基金 超封顶线费用", "2714.29", "封顶后未消耗的分段费用，四舍五入到分"),
        (
            "居民大病保险 计算基数",
            "9200.00",
            "本年累计：此前 0.00 ＋ 本次 9200.00（符合政策范围减去前面各层支付，加先行自付，减首层起付线）",
        ),
        ("居民大病保险 分段 0.00–9200.00", "5520.00", "9200.00 × 60%"),
        (
            "居民大病保险 支付",
            "5520.00",
            "各段合计 5520.00 − 本年本层此前已支付 0.00，四舍五入到分",
        ),
        ("医疗救助 不适用", "0.00", "不符合本层适用条件"),
        ("基金支付合计", "14520.00", "基本医保统筹基金 9000.00 ＋ 居民大病保险 5520.00 ＋ 医疗救助 0.00"),
        ("个人负担", "5480.00", "总额 20000.00 − 基金支付 14520.00"),
        ("个人账户支付", "500.00", "余额 500.00 与个人负担 5480.00 取小"),
        ("现金支付", "4980.00", "个人负担 5480.00 − 个人账户 500.00"),
    ]


def test_a_stay_by_days_names_the_year_of_each_step() -> None:
    one = policy(LAYERS, head=HEAD + "cross_year: by_days\n")
    read = case(visit("20000.00", on="2024-01-02", admitted_on="2023-12-31"))
    labels = [step.label for step in explain_benefit(one, read.person, read.visits[0]).steps]
    assert labels[0] == "2023年部分：符合政策范围"
    assert "2024年部分：符合政策范围" in labels
    assert labels[-1] == "现金支付"


def test_the_steps_of_a_reversal_are_negated() -> None:
    read = case(visit("20000.00"), {"id": "R", "reverse": "V1"})
    original, reversal = explain_case([policy(LAYERS)], read)
    assert reversal.id == "R"
    assert [-step.amount for step in reversal.benefit.steps] == [step.amount for step in original.benefit.steps]
    assert reversal.benefit.steps[0].label == "冲销：符合政策范围"
    assert reversal.benefit.fund_total == -original.benefit.fund_total < Decimal(0)
