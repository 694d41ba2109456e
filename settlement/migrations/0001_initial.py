import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import common.fields
from common.partitions import CreatePartitionedModel


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("filings", "0001_initial"),
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatePartitionedModel(
            name="MessageBody",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "message_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", common.fields.MonthField(verbose_name="接收月份")),
                ("message_id", models.BigIntegerField(verbose_name="报文")),
                ("payload", models.JSONField(verbose_name="内容")),
            ],
            options={
                "verbose_name": "报文内容",
                "verbose_name_plural": "报文内容",
            },
        ),
        CreatePartitionedModel(
            name="SettlementSteps",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "settlement_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", common.fields.MonthField(verbose_name="结算月份")),
                ("settlement_id", models.BigIntegerField(verbose_name="结算")),
                ("steps", models.JSONField(verbose_name="步骤")),
            ],
            options={
                "verbose_name": "计算过程",
                "verbose_name_plural": "计算过程",
            },
        ),
        CreatePartitionedModel(
            name="ChargeLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "settlement_id", "line", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", common.fields.MonthField(verbose_name="结算月份")),
                ("settlement_id", models.BigIntegerField(verbose_name="结算")),
                ("line", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("01", "床位费"),
                            ("02", "诊察费"),
                            ("03", "检查费"),
                            ("04", "化验费"),
                            ("05", "治疗费"),
                            ("06", "手术费"),
                            ("07", "护理费"),
                            ("08", "卫生材料费"),
                            ("09", "西药费"),
                            ("10", "中药饮片费"),
                            ("11", "中成药费"),
                            ("12", "一般诊疗费"),
                            ("13", "挂号费"),
                            ("14", "其他费"),
                        ],
                        max_length=2,
                        verbose_name="费用大类",
                    ),
                ),
                ("item_code", models.CharField(blank=True, max_length=50, verbose_name="医保目录编码")),
                ("item_name", models.CharField(blank=True, max_length=200, verbose_name="项目名称")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=16, null=True, verbose_name="数量")),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=16, null=True, verbose_name="单价")),
                ("amount", common.fields.YuanField(verbose_name="金额")),
                ("out_of_scope", common.fields.YuanField(verbose_name="全自费")),
                ("over_limit", common.fields.YuanField(verbose_name="超限价")),
                ("first_self_pay", common.fields.YuanField(verbose_name="先行自付")),
                ("in_scope", common.fields.YuanField(verbose_name="符合政策范围金额")),
            ],
            options={
                "verbose_name": "费用明细",
                "verbose_name_plural": "费用明细",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("in_scope"), "+", models.F("out_of_scope")
                                        ),
                                        "+",
                                        models.F("over_limit"),
                                    ),
                                    "+",
                                    models.F("first_self_pay"),
                                ),
                            )
                        ),
                        name="charge_line_adds_up",
                        violation_error_message="明细金额应等于全自费、超限价、先行自付与符合政策范围金额之和。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender", models.CharField(max_length=12, verbose_name="发送方")),
                ("number", models.CharField(max_length=30, verbose_name="发送方报文ID")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("received_at", models.DateTimeField(verbose_name="接收时间")),
                ("month", common.fields.MonthField(verbose_name="接收月份")),
            ],
            options={
                "verbose_name": "原始报文",
                "verbose_name_plural": "原始报文",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sender", "number"),
                        name="message_once_per_sender",
                        violation_error_message="该发送方的此报文已接收。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "insurance",
                    models.CharField(
                        choices=[("employee", "职工医保"), ("resident", "居民医保")], max_length=12, verbose_name="险种"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("document_number", models.CharField(blank=True, max_length=120, verbose_name="文号")),
                ("document_url", models.CharField(blank=True, max_length=500, verbose_name="出处")),
                ("document_issued_on", models.DateField(blank=True, null=True, verbose_name="发文日期")),
                ("valid_from", models.DateField(verbose_name="执行起始日")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="执行截止日")),
                ("text", models.TextField(verbose_name="政策文件")),
                ("digest", models.CharField(max_length=64, verbose_name="文件摘要")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "草稿"), ("published", "已发布")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发布人",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.poolingarea", verbose_name="统筹地区"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟稿人",
                    ),
                ),
            ],
            options={
                "verbose_name": "待遇政策",
                "verbose_name_plural": "待遇政策",
                "ordering": ["area", "insurance", "-valid_from"],
                "permissions": [("publish_policy", "可以发布待遇政策")],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="结算编号")),
                (
                    "insurance",
                    models.CharField(
                        choices=[("employee", "职工医保"), ("resident", "居民医保")], max_length=12, verbose_name="险种"
                    ),
                ),
                ("filing_category", models.CharField(max_length=20, verbose_name="享受待遇类别")),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("inpatient", "住院"),
                            ("outpatient", "普通门诊"),
                            ("chronic", "门诊慢特病"),
                            ("pharmacy", "药店购药"),
                        ],
                        max_length=12,
                        verbose_name="业务类型",
                    ),
                ),
                ("disease", models.CharField(blank=True, max_length=30, verbose_name="门诊慢特病病种")),
                ("begun_on", models.DateField(verbose_name="入院或就诊日")),
                ("settled_at", models.DateTimeField(verbose_name="结算时间")),
                ("settled_on", models.DateField(verbose_name="结算日")),
                ("settled_month", common.fields.MonthField(verbose_name="费用所属月")),
                ("period", common.fields.MonthField(verbose_name="对账期")),
                ("returned", models.BooleanField(default=False, verbose_name="返还")),
                ("total", common.fields.YuanField(verbose_name="医疗费总额")),
                ("out_of_scope", common.fields.YuanField(verbose_name="全自费")),
                ("over_limit", common.fields.YuanField(verbose_name="超限价")),
                ("first_self_pay", common.fields.YuanField(verbose_name="先行自付")),
                ("in_scope", common.fields.YuanField(verbose_name="符合政策范围金额")),
                ("deductible", common.fields.YuanField(verbose_name="起付线")),
                ("pool_amount", common.fields.YuanField(default=0, verbose_name="基本医保统筹基金")),
                ("large_sum_amount", common.fields.YuanField(default=0, verbose_name="职工大额补助")),
                ("critical_amount", common.fields.YuanField(default=0, verbose_name="居民大病保险")),
                ("civil_servant_amount", common.fields.YuanField(default=0, verbose_name="公务员医疗补助")),
                ("enterprise_amount", common.fields.YuanField(default=0, verbose_name="企业补充保险")),
                ("aid_amount", common.fields.YuanField(default=0, verbose_name="医疗救助")),
                ("other_amount", common.fields.YuanField(default=0, verbose_name="其他支出")),
                ("fund_total", common.fields.YuanField(verbose_name="基金支付总额")),
                ("personal", common.fields.YuanField(verbose_name="个人负担")),
                ("account", common.fields.YuanField(verbose_name="个人账户支付")),
                ("cash", common.fields.YuanField(verbose_name="个人现金支付")),
                ("kept", models.JSONField(default=dict, verbose_name="计入年度累计")),
                (
                    "filing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="filings.filing",
                        verbose_name="备案",
                    ),
                ),
                (
                    "home_area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.poolingarea",
                        verbose_name="参保地",
                    ),
                ),
                (
                    "home_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="参保省",
                    ),
                ),
                (
                    "host_area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.poolingarea",
                        verbose_name="就医地",
                    ),
                ),
                (
                    "host_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="就医省",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="registry.institution",
                        verbose_name="就诊机构",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="settlement.incomingmessage",
                        verbose_name="原始报文",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="registry.insuredperson",
                        verbose_name="参保人员",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="settlement.policy",
                        verbose_name="执行政策",
                    ),
                ),
                (
                    "reversal_of",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="settlement.settlement",
                        verbose_name="冲销",
                    ),
                ),
            ],
            options={
                "verbose_name": "结算",
                "verbose_name_plural": "结算",
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=40, unique=True, verbose_name="业务编号")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="最近期限")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="建立时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drawn", "待核对"),
                            ("institution_agreed", "机构已确认"),
                            ("agreed", "双方已确认"),
                            ("cleared", "已清算"),
                            ("over_limit", "逾延期上限"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("period", common.fields.MonthField(verbose_name="对账期")),
                ("declared_period", common.fields.MonthField(verbose_name="申报清算期")),
                ("delayed_months", models.PositiveSmallIntegerField(default=0, verbose_name="延期月数")),
                ("institution_agreed_at", models.DateTimeField(null=True, verbose_name="机构确认时间")),
                ("agreed_at", models.DateTimeField(null=True, verbose_name="双方确认时间")),
                ("visits", models.IntegerField(default=0, verbose_name="人次")),
                ("amount", common.fields.YuanField(default=0, verbose_name="应结金额")),
                (
                    "agency",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agency",
                        verbose_name="经办机构",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "host_area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.poolingarea",
                        verbose_name="就医地",
                    ),
                ),
                (
                    "host_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="就医省",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="registry.institution",
                        verbose_name="医药机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度对账单",
                "verbose_name_plural": "月度对账单",
                "permissions": [("agree_statement", "可以确认对账单")],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "insurance",
                    models.CharField(
                        choices=[("employee", "职工医保"), ("resident", "居民医保")], max_length=12, verbose_name="险种"
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("inpatient", "住院"),
                            ("outpatient", "普通门诊"),
                            ("chronic", "门诊慢特病"),
                            ("pharmacy", "药店购药"),
                        ],
                        max_length=12,
                        verbose_name="业务类型",
                    ),
                ),
                ("settled_month", common.fields.MonthField(verbose_name="费用所属月")),
                ("returned", models.BooleanField(default=False, verbose_name="返还")),
                ("visits", models.IntegerField(verbose_name="人次")),
                ("total", common.fields.YuanField(verbose_name="医疗费总额")),
                ("fund", common.fields.YuanField(verbose_name="基金支付")),
                ("account", common.fields.YuanField(verbose_name="个人账户支付")),
                ("deducted", common.fields.YuanField(default=0, verbose_name="审核扣款")),
                ("amount", common.fields.YuanField(verbose_name="应结金额")),
                (
                    "home_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="参保省",
                    ),
                ),
                (
                    "host_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="就医省",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="settlement.statement",
                        verbose_name="对账单",
                    ),
                ),
            ],
            options={
                "verbose_name": "对账明细",
                "verbose_name_plural": "对账明细",
            },
        ),
        migrations.CreateModel(
            name="YearAmounts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "insurance",
                    models.CharField(
                        choices=[("employee", "职工医保"), ("resident", "居民医保")], max_length=12, verbose_name="险种"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("amounts", models.JSONField(default=dict, verbose_name="累计")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.poolingarea",
                        verbose_name="参保地",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_amounts",
                        to="registry.insuredperson",
                        verbose_name="参保人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度累计",
                "verbose_name_plural": "年度累计",
            },
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "published")),
                fields=("area", "insurance", "valid_from"),
                name="policy_published_once",
                violation_error_message="该统筹区该险种此日起已有发布的政策。",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="policy_in_order",
                violation_error_message="执行截止日不得早于起始日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(
                        ("published_at__isnull", False),
                        models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="policy_published_by_second_person",
                violation_error_message="政策须由拟稿人以外的第二人发布。",
            ),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["period", "institution"], name="settlement_of_statement"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["person", "settled_on"], name="settlement_of_person"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["home_area", "-id"], name="settlement_of_home_area"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["host_area", "-id"], name="settlement_of_host_area"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["home_province", "-id"], name="settlement_of_home_province"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["host_province", "-id"], name="settlement_of_host_province"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("in_scope"), "+", models.F("out_of_scope")
                                ),
                                "+",
                                models.F("over_limit"),
                            ),
                            "+",
                            models.F("first_self_pay"),
                        ),
                    )
                ),
                name="settlement_charges_add_up",
                violation_error_message="医疗费总额应等于全自费、超限价、先行自付与符合政策范围金额之和。",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "fund_total",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("pool_amount"), "+", models.F("large_sum_amount")
                                            ),
                                            "+",
                                            models.F("critical_amount"),
                                        ),
                                        "+",
                                        models.F("civil_servant_amount"),
                                    ),
                                    "+",
                                    models.F("enterprise_amount"),
                                ),
                                "+",
                                models.F("aid_amount"),
                            ),
                            "+",
                            models.F("other_amount"),
                        ),
                    )
                ),
                name="settlement_funds_add_up",
                violation_error_message="基金支付总额应等于各项基金支付之和。",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total",
                        django.db.models.expressions.CombinedExpression(
                            models.F("fund_total"), "+", models.F("personal")
                        ),
                    )
                ),
                name="settlement_parts_add_up",
                violation_error_message="医疗费总额应等于基金支付与个人负担之和。",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "personal",
                        django.db.models.expressions.CombinedExpression(models.F("account"), "+", models.F("cash")),
                    )
                ),
                name="settlement_personal_adds_up",
                violation_error_message="个人负担应等于个人账户与现金支付之和。",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("account__gte", 0),
                        ("cash__gte", 0),
                        ("fund_total__gte", 0),
                        ("personal__gte", 0),
                        ("reversal_of", None),
                        ("total__gte", 0),
                    ),
                    models.Q(
                        ("account__lte", 0),
                        ("cash__lte", 0),
                        ("fund_total__lte", 0),
                        ("personal__lte", 0),
                        ("reversal_of__isnull", False),
                        ("total__lte", 0),
                    ),
                    _connector="OR",
                ),
                name="settlement_signs",
                violation_error_message="结算金额不得为负；冲销金额不得为正。",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("home_province", models.F("host_province")), _negated=True),
                name="settlement_cross_province",
                violation_error_message="参保省与就医省相同，不属于跨省结算。",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned", False), ("reversal_of__isnull", False), _connector="OR"),
                name="settlement_returned_is_reversal",
                violation_error_message="只有冲销才能列为返还。",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["declared_period", "status"], name="statement_for_close"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["host_area", "period"], name="statement_of_area"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("institution", "period"),
                name="statement_once_per_month",
                violation_error_message="该机构该月的对账单已生成。",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("declared_period__gte", models.F("period"))),
                name="statement_declared_after_period",
                violation_error_message="申报清算期不得早于对账期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["agreed", "cleared"]), _negated=True),
                    ("agreed_at__isnull", False),
                    _connector="OR",
                ),
                name="statement_agreed_has_moment",
                violation_error_message="已确认的对账单须有确认时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(
                fields=("statement", "home_province", "insurance", "service", "settled_month", "returned"),
                name="statement_line_once",
                violation_error_message="对账单中同类明细重复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("fund"), "+", models.F("account")),
                            "-",
                            models.F("deducted"),
                        ),
                    )
                ),
                name="statement_line_adds_up",
                violation_error_message="应结金额应等于基金支付加个人账户支付减审核扣款。",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__gte", 0), ("fund__gte", 0), ("returned", False), ("visits__gte", 0)),
                    models.Q(("account__lte", 0), ("fund__lte", 0), ("returned", True), ("visits__lte", 0)),
                    _connector="OR",
                ),
                name="statement_line_signs",
                violation_error_message="返还明细应为负数，其余不得为负。",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearamounts",
            constraint=models.UniqueConstraint(
                fields=("person", "area", "insurance", "year"),
                name="year_amounts_once",
                violation_error_message="该人员该年度的累计已存在。",
            ),
        ),
    ]
