import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import common.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=40, unique=True, verbose_name="业务编号")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="最近期限")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="建立时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("generated", "已生成"),
                            ("confirmed", "各省已确认"),
                            ("noticed", "已发通知书"),
                            ("paid", "已划拨"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("period", common.fields.MonthField(unique=True, verbose_name="清算期")),
                ("generated_on", models.DateField(verbose_name="生成日")),
                ("settlements", models.IntegerField(verbose_name="人次")),
                ("amount", common.fields.YuanField(verbose_name="清算金额")),
                ("sha256", models.CharField(max_length=64, verbose_name="明细摘要")),
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
            ],
            options={
                "verbose_name": "全国清算表",
                "verbose_name_plural": "全国清算表",
                "ordering": ["-period"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="文号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("payment", "付款通知书（附件15）"), ("receipt", "收款通知书（附件16）")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("published_at", models.DateTimeField(verbose_name="发布时间")),
                ("amount", common.fields.YuanField(verbose_name="合计金额")),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="省份",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="clearing.sheet",
                        verbose_name="清算表",
                    ),
                ),
            ],
            options={
                "verbose_name": "费用收付款通知书",
                "verbose_name_plural": "费用收付款通知书",
                "ordering": ["-published_at", "province", "kind"],
            },
        ),
        migrations.CreateModel(
            name="SheetRow",
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
                ("returned", models.BooleanField(default=False, verbose_name="返还")),
                ("months", models.JSONField(verbose_name="包含费用月份")),
                ("visits", models.IntegerField(verbose_name="人次")),
                ("total", common.fields.YuanField(verbose_name="医疗费总额")),
                ("fund", common.fields.YuanField(verbose_name="基金支付")),
                ("account", common.fields.YuanField(verbose_name="个人账户支付")),
                ("deducted", common.fields.YuanField(verbose_name="审核扣款")),
                ("amount", common.fields.YuanField(verbose_name="清算金额")),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="参保省",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="就医省",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="clearing.sheet",
                        verbose_name="清算表",
                    ),
                ),
            ],
            options={
                "verbose_name": "清算明细",
                "verbose_name_plural": "清算明细",
                "ordering": ["home", "host", "insurance", "service", "returned"],
            },
        ),
        migrations.CreateModel(
            name="NoticeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("payment", "付款通知书（附件15）"), ("receipt", "收款通知书（附件16）")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("amount", common.fields.YuanField(verbose_name="金额")),
                (
                    "counterpart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="对方省份",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="clearing.notice",
                        verbose_name="通知书",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_lines",
                        to="clearing.sheetrow",
                        verbose_name="清算明细",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知书明细",
                "verbose_name_plural": "通知书明细",
            },
        ),
        migrations.CreateModel(
            name="ProvinceSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=40, unique=True, verbose_name="业务编号")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="最近期限")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="建立时间")),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "待确认"), ("confirmed", "已确认")],
                        editable=False,
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("payable", common.fields.YuanField(verbose_name="应付")),
                ("receivable", common.fields.YuanField(verbose_name="应收")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
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
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="省份",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provinces",
                        to="clearing.sheet",
                        verbose_name="清算表",
                    ),
                ),
            ],
            options={
                "verbose_name": "分省清算表",
                "verbose_name_plural": "分省清算表",
                "ordering": ["sheet", "province"],
                "permissions": [("confirm_provincesheet", "可以确认分省清算表")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet", "province"),
                        name="province_sheet_once",
                        violation_error_message="该省本期清算表已生成。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payable__gte", 0), ("receivable__gte", 0)),
                        name="province_sheet_not_negative",
                        violation_error_message="应付、应收不得为负。",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="sheetrow",
            index=models.Index(fields=["sheet", "host"], name="sheet_row_of_host"),
        ),
        migrations.AddConstraint(
            model_name="sheetrow",
            constraint=models.UniqueConstraint(
                fields=("sheet", "home", "host", "insurance", "service", "returned"),
                name="sheet_row_once",
                violation_error_message="清算表中同类明细重复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetrow",
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
                name="sheet_row_adds_up",
                violation_error_message="清算金额应等于基金支付加个人账户支付减审核扣款。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("account__gte", 0), ("amount__gte", 0), ("deducted__gte", 0), ("fund__gte", 0)),
                name="sheet_row_not_negative",
                violation_error_message="清算明细的金额不得为负。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("home", models.F("host")), _negated=True),
                name="sheet_row_cross_province",
                violation_error_message="参保省与就医省相同。",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeline",
            constraint=models.UniqueConstraint(
                fields=("row", "kind"), name="notice_line_once", violation_error_message="该清算明细已列入通知书。"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)),
                name="notice_line_not_negative",
                violation_error_message="通知书金额不得为负。",
            ),
        ),
    ]
