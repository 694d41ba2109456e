"""A settlement and what hangs on it.

Charge lines, steps and raw messages are the big tables: each is partitioned by month from its first migration, is
found by key from its settlement, and has no foreign key.
"""

from django.db import models
from django.db.models import F, Q

from common import scope
from common.fields import MonthField, YuanField
from filings.models import Filing
from registry.enums import Insurance, Service
from registry.models import Institution, InsuredPerson, PoolingArea, Region
from settlement.enums import ExpenseCategory, Fund
from settlement.models.policies import Policy

FUND_COLUMNS = {
    Fund.POOL: "pool_amount",
    Fund.LARGE_SUM: "large_sum_amount",
    Fund.CRITICAL: "critical_amount",
    Fund.CIVIL_SERVANT: "civil_servant_amount",
    Fund.ENTERPRISE: "enterprise_amount",
    Fund.AID: "aid_amount",
    Fund.OTHER: "other_amount",
}


class IncomingMessage(models.Model):
    """A message as it came (原始报文), kept before anything is made of it; unique per sender and number."""

    sender = models.CharField("发送方", max_length=12)
    number = models.CharField("发送方报文ID", max_length=30)
    digest = models.CharField("内容摘要", max_length=64)
    received_at = models.DateTimeField("接收时间")
    month = MonthField("接收月份")

    APPEND_ONLY = True

    class Meta:
        verbose_name = verbose_name_plural = "原始报文"
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "number"],
                name="message_once_per_sender",
                violation_error_message="该发送方的此报文已接收。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.number}"


class MessageBody(models.Model):
    """What the message said; partitioned by month of receipt."""

    pk = models.CompositePrimaryKey("month", "message_id")
    month = MonthField("接收月份")
    message_id = models.BigIntegerField("报文")
    payload = models.JSONField("内容")

    APPEND_ONLY = True
    PARTITIONED_BY = "month"

    class Meta:
        verbose_name = verbose_name_plural = "报文内容"

    def __str__(self) -> str:
        return f"{self.month} {self.message_id}"


class Settlement(models.Model):
    """A settled visit (结算), or the reversal of one with every amount negated; never changed, never deleted.

    ``origin_period`` is the period of what a reversal takes back, for all others their own; where it is an earlier one
    the reversal is ``returned``.
    """

    number = models.CharField("结算编号", max_length=30, unique=True)
    message = models.OneToOneField(IncomingMessage, models.PROTECT, verbose_name="原始报文", null=True)
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, verbose_name="冲销", null=True, related_name="reversed_by"
    )
    person = models.ForeignKey(
        InsuredPerson, models.PROTECT, verbose_name="参保人员", related_name="settlements", db_index=False
    )
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    home_area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    home_province = models.ForeignKey(Region, models.PROTECT, verbose_name="参保省", related_name="+", db_index=False)
    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="就诊机构", related_name="settlements", db_index=False
    )
    host_area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="就医地", related_name="+", db_index=False)
    host_province = models.ForeignKey(Region, models.PROTECT, verbose_name="就医省", related_name="+", db_index=False)
    filing = models.ForeignKey(Filing, models.PROTECT, verbose_name="备案", null=True, related_name="settlements")
    filing_category = models.CharField("享受待遇类别", max_length=20)
    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name="执行政策", related_name="+", db_index=False)
    service = models.CharField("业务类型", max_length=12, choices=Service)
    disease = models.CharField("门诊慢特病病种", max_length=30, blank=True)
    begun_on = models.DateField("入院或就诊日")
    settled_at = models.DateTimeField("结算时间")
    settled_on = models.DateField("结算日")
    settled_month = MonthField("费用所属月")
    period = MonthField("对账期")
    returned = models.BooleanField("返还", default=False)
    origin_period = MonthField("原对账期")
    total = YuanField("医疗费总额")
    out_of_scope = YuanField("全自费")
    over_limit = YuanField("超限价")
    first_self_pay = YuanField("先行自付")
    in_scope = YuanField("符合政策范围金额")
    deductible = YuanField("起付线")
    pool_amount = YuanField("基本医保统筹基金", default=0)
    large_sum_amount = YuanField("职工大额补助", default=0)
    critical_amount = YuanField("居民大病保险", default=0)
    civil_servant_amount = YuanField("公务员医疗补助", default=0)
    enterprise_amount = YuanField("企业补充保险", default=0)
    aid_amount = YuanField("医疗救助", default=0)
    other_amount = YuanField("其他支出", default=0)
    fund_total = YuanField("基金支付总额")
    personal = YuanField("个人负担")
    account = YuanField("个人账户支付")
    cash = YuanField("个人现金支付")
    kept = models.JSONField("计入年度累计", default=dict)

    APPEND_ONLY = True

    class Meta:
        verbose_name = verbose_name_plural = "结算"
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("in_scope") + F("out_of_scope") + F("over_limit") + F("first_self_pay")),
                name="settlement_charges_add_up",
                violation_error_message="医疗费总额应等于全自费、超限价、先行自付与符合政策范围金额之和。",
            ),
            models.CheckConstraint(
                condition=Q(
                    fund_total=F("pool_amount")
                    + F("large_sum_amount")
                    + F("critical_amount")
                    + F("civil_servant_amount")
                    + F("enterprise_amount")
                    + F("aid_amount")
                    + F("other_amount")
                ),
                name="settlement_funds_add_up",
                violation_error_message="基金支付总额应等于各项基金支付之和。",
            ),
            models.CheckConstraint(
                condition=Q(total=F("fund_total") + F("personal")),
                name="settlement_parts_add_up",
                violation_error_message="医疗费总额应等于基金支付与个人负担之和。",
            ),
            models.CheckConstraint(
                condition=Q(personal=F("account") + F("cash")),
                name="settlement_personal_adds_up",
                violation_error_message="个人负担应等于个人账户与现金支付之和。",
            ),
            models.CheckConstraint(
                condition=Q(
                    reversal_of=None, total__gte=0, fund_total__gte=0, personal__gte=0, account__gte=0, cash__gte=0
                )
                | Q(
                    reversal_of__isnull=False,
                    total__lte=0,
                    fund_total__lte=0,
                    personal__lte=0,
                    account__lte=0,
                    cash__lte=0,
                ),
                name="settlement_signs",
                violation_error_message="结算金额不得为负；冲销金额不得为正。",
            ),
            models.CheckConstraint(
                condition=~Q(home_province=F("host_province")),
                name="settlement_cross_province",
                violation_error_message="参保省与就医省相同，不属于跨省结算。",
            ),
            models.CheckConstraint(
                condition=Q(returned=False) | Q(reversal_of__isnull=False),
                name="settlement_returned_is_reversal",
                violation_error_message="只有冲销才能列为返还。",
            ),
            models.CheckConstraint(
                condition=Q(returned=False, origin_period=F("period"))
                | Q(returned=True, origin_period__lt=F("period")),
                name="settlement_returned_from_earlier_period",
                violation_error_message="返还的原对账期应早于本对账期，其余应相同。",
            ),
        ]
        # Each index is paid for by every settlement, so the columns above have none of their own: the first column of
        # one of these serves them. Months and days only grow: theirs are written at one end.
        indexes = [
            models.Index(fields=["period", "-id"], name="settlement_of_period"),
            models.Index(fields=["settled_on", "id"], name="settlement_of_day"),
            models.Index(fields=["-id"], condition=Q(returned=True), name="settlement_returned"),
            models.Index(fields=["institution", "-id"], name="settlement_of_institution"),
            models.Index(fields=["period", "institution"], name="settlement_of_statement"),
            models.Index(fields=["person", "settled_on"], name="settlement_of_person"),
            models.Index(fields=["home_area", "-id"], name="settlement_of_home_area"),
            models.Index(fields=["host_area", "-id"], name="settlement_of_host_area"),
            models.Index(fields=["home_province", "-id"], name="settlement_of_home_province"),
            models.Index(fields=["host_province", "-id"], name="settlement_of_host_province"),
        ]

    def __str__(self) -> str:
        return self.number


class ChargeLine(models.Model):
    """What one national expense category (or item) of the visit cost, split by the host's catalogue (articles 32, 33)."""

    pk = models.CompositePrimaryKey("month", "settlement_id", "line")
    month = MonthField("结算月份")
    settlement_id = models.BigIntegerField("结算")
    line = models.PositiveIntegerField("序号")
    category = models.CharField("费用大类", max_length=2, choices=ExpenseCategory)
    item_code = models.CharField("医保目录编码", max_length=50, blank=True)
    item_name = models.CharField("项目名称", max_length=200, blank=True)
    quantity = models.DecimalField("数量", max_digits=16, decimal_places=4, null=True)
    unit_price = models.DecimalField("单价", max_digits=16, decimal_places=6, null=True)
    amount = YuanField("金额")
    out_of_scope = YuanField("全自费")
    over_limit = YuanField("超限价")
    first_self_pay = YuanField("先行自付")
    in_scope = YuanField("符合政策范围金额")

    APPEND_ONLY = True
    PARTITIONED_BY = "month"

    class Meta:
        verbose_name = verbose_name_plural = "费用明细"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("in_scope") + F("out_of_scope") + F("over_limit") + F("first_self_pay")),
                name="charge_line_adds_up",
                violation_error_message="明细金额应等于全自费、超限价、先行自付与符合政策范围金额之和。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id} 第 {self.line} 项"


class SettlementSteps(models.Model):
    """How the amounts came about (计算过程): label, amount and basis of each step, in order."""

    pk = models.CompositePrimaryKey("month", "settlement_id")
    month = MonthField("结算月份")
    settlement_id = models.BigIntegerField("结算")
    steps = models.JSONField("步骤")

    APPEND_ONLY = True
    PARTITIONED_BY = "month"

    class Meta:
        verbose_name = verbose_name_plural = "计算过程"

    def __str__(self) -> str:
        return str(self.settlement_id)


class YearAmounts(models.Model):
    """What a person has used in a year (年度累计): under each layer's or cap's name what is kept, per bucket."""

    person = models.ForeignKey(
        InsuredPerson, models.PROTECT, verbose_name="参保人员", related_name="year_amounts", db_index=False
    )
    area = models.ForeignKey(PoolingArea, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    insurance = models.CharField("险种", max_length=12, choices=Insurance)
    year = models.PositiveSmallIntegerField("年度")
    amounts = models.JSONField("累计", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "年度累计"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "area", "insurance", "year"],
                name="year_amounts_once",
                violation_error_message="该人员该年度的累计已存在。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.year}"


_SETTLED = {
    "provinces": ("home_province", "host_province"),
    "areas": ("home_area", "host_area"),
    "institutions": ("institution",),
}
scope.register(Settlement, **_SETTLED)
scope.register(YearAmounts, provinces=("area__province",), areas=("area",))
scope.register(IncomingMessage, institutions=("sender",))
# Found by key from a settlement that is itself scoped; nobody lists them.
for _by_key in (ChargeLine, SettlementSteps, MessageBody):
    scope.register(_by_key)
