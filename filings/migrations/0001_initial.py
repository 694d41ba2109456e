import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=40, unique=True, verbose_name="业务编号")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="最近期限")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="建立时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "待审核"),
                            ("incomplete", "待补正"),
                            ("active", "已备案"),
                            ("refused", "不予备案"),
                            ("cancelled", "已取消"),
                            ("expired", "已到期"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "insurance",
                    models.CharField(
                        choices=[("employee", "职工医保"), ("resident", "居民医保")], max_length=12, verbose_name="险种"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("retiree_relocated", "异地安置退休人员"),
                            ("long_term_resident", "异地长期居住人员"),
                            ("posted_worker", "常驻异地工作人员"),
                            ("referral", "异地转诊人员"),
                            ("emergency", "异地急诊抢救人员"),
                            ("other_temporary", "其他临时外出就医人员"),
                        ],
                        max_length=20,
                        verbose_name="备案类型",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="开始日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("window", "经办窗口"),
                            ("local_online", "本地线上渠道"),
                            ("national_app", "国家医保服务平台APP"),
                            ("national_mini_program", "国家异地就医备案小程序"),
                            ("state_council_client", "国务院客户端小程序"),
                            ("institution", "定点医疗机构"),
                            ("flag", "急诊标志（视同备案）"),
                        ],
                        max_length=24,
                        verbose_name="申请渠道",
                    ),
                ),
                (
                    "materials",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("identity", "医保电子凭证、有效身份证件或社会保障卡"),
                                ("form", "跨省异地就医登记备案表"),
                                ("household_register", "户口簿首页和本人常住人口登记卡"),
                                ("residence_proof", "居住证明"),
                                ("posting_letter", "参保地工作单位派出证明"),
                                ("employer_proof", "异地工作单位证明"),
                                ("work_contract", "工作合同"),
                                ("promise", "个人承诺书"),
                                ("referral_proof", "转诊转院证明材料"),
                            ],
                            max_length=24,
                        ),
                        default=list,
                        size=None,
                        verbose_name="材料",
                    ),
                ),
                ("on_promise", models.BooleanField(default=False, verbose_name="承诺制")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="申请说明")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="经办意见")),
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
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="就医地",
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
                        verbose_name="就医统筹区",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="registry.insuredperson",
                        verbose_name="参保人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "异地就医备案",
                "verbose_name_plural": "异地就医备案",
                "permissions": [("decide_filing", "可以办理备案")],
                "indexes": [
                    models.Index(fields=["person", "status"], name="filing_by_person"),
                    models.Index(fields=["home_area", "status", "due_on"], name="filing_queue"),
                    models.Index(
                        condition=models.Q(("status", "active")), fields=["valid_until"], name="filing_ending"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="filing_in_order",
                        violation_error_message="备案截止日不得早于开始日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("home_province", models.F("host_province")), _negated=True),
                        name="filing_cross_province",
                        violation_error_message="就医地在参保省内，不属于跨省异地就医。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("category__in", ["long_term_resident", "posted_worker", "retiree_relocated"]),
                            ("status", "active"),
                        ),
                        fields=("person", "insurance"),
                        name="filing_one_long_term",
                        violation_error_message="该人员已有有效的长期备案，不能再办理一个长期备案。",
                    ),
                ],
            },
        ),
    ]
