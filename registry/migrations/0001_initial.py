import django.contrib.auth.models
import django.db.models.deletion
from django.db import migrations, models

import common.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChronicDisease",
            fields=[
                ("code", models.CharField(max_length=30, primary_key=True, serialize=False, verbose_name="病种编码")),
                ("name", models.CharField(max_length=60, verbose_name="病种名称")),
                ("since", models.PositiveSmallIntegerField(verbose_name="纳入跨省直接结算年份")),
                ("source", models.CharField(max_length=200, verbose_name="来源")),
            ],
            options={
                "verbose_name": "门诊慢特病病种",
                "verbose_name_plural": "门诊慢特病病种",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="WorkingDay",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("working", "工作日"),
                            ("weekend", "周末"),
                            ("holiday", "节假日"),
                            ("make_up", "调休上班"),
                        ],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=20, verbose_name="节假日")),
                ("provisional", models.BooleanField(default=False, verbose_name="未公布（推定）")),
                ("source", models.CharField(max_length=120, verbose_name="来源")),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name="区划代码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "level",
                    models.CharField(
                        choices=[("province", "省级"), ("prefecture", "地级"), ("county", "县级")],
                        max_length=12,
                        verbose_name="级别",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="启用日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                ("source", models.CharField(max_length=120, verbose_name="来源")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.region",
                        verbose_name="上级",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区划",
                "verbose_name_plural": "行政区划",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="PoolingArea",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name="统筹区代码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prefecture", "市级统筹"),
                            ("province_level", "省本级"),
                            ("municipality", "直辖市"),
                            ("corps", "兵团"),
                        ],
                        max_length=16,
                        verbose_name="类型",
                    ),
                ),
                ("province_pooled", models.BooleanField(default=False, verbose_name="省级统筹")),
                ("opens_inpatient", models.BooleanField(default=True, verbose_name="住院已开通")),
                ("opens_outpatient", models.BooleanField(default=True, verbose_name="普通门诊已开通")),
                ("opens_chronic", models.BooleanField(default=True, verbose_name="门诊慢特病已开通")),
                ("opens_pharmacy", models.BooleanField(default=True, verbose_name="药店购药已开通")),
                ("self_service", models.BooleanField(default=False, verbose_name="自助备案（即办秒批）")),
                ("source", models.CharField(max_length=200, verbose_name="来源")),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pooling_areas",
                        to="registry.region",
                        verbose_name="所属省份",
                    ),
                ),
            ],
            options={
                "verbose_name": "统筹地区",
                "verbose_name_plural": "统筹地区",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="InsuredPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_number", models.CharField(max_length=30, unique=True, verbose_name="人员编号")),
                ("name", models.CharField(db_index=True, max_length=50, verbose_name="姓名")),
                (
                    "certificate_type",
                    models.CharField(
                        choices=[
                            ("01", "居民身份证（户口簿）"),
                            ("02", "军官证"),
                            ("03", "武警警官证"),
                            ("04", "香港通行证"),
                            ("05", "澳门通行证"),
                            ("06", "台湾通行证"),
                            ("07", "外国人永久居留证"),
                            ("08", "外国人护照"),
                            ("17", "港澳台居民居住证"),
                            ("99", "其他"),
                        ],
                        default="01",
                        max_length=2,
                        verbose_name="证件类型",
                    ),
                ),
                ("certificate_number", models.CharField(max_length=50, verbose_name="证件号码")),
                ("certificate_digest", models.CharField(editable=False, max_length=64, verbose_name="证件号码摘要")),
                (
                    "sex",
                    models.CharField(
                        choices=[("0", "未知"), ("1", "男"), ("2", "女"), ("9", "未说明")],
                        max_length=1,
                        verbose_name="性别",
                    ),
                ),
                ("born_on", models.DateField(verbose_name="出生日期")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="联系电话")),
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
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="参保省",
                    ),
                ),
            ],
            options={
                "verbose_name": "参保人员",
                "verbose_name_plural": "参保人员",
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name="机构编号")),
                ("name", models.CharField(max_length=120, verbose_name="机构名称")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.poolingarea",
                        verbose_name="所在统筹区",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="所在省份",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="所在地市",
                    ),
                ),
            ],
            options={
                "verbose_name": "定点医药机构",
                "verbose_name_plural": "定点医药机构",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="FiscalAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="起始日")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="终止日")),
                (
                    "insurance",
                    models.CharField(
                        blank=True,
                        choices=[("employee", "职工医保"), ("resident", "居民医保")],
                        max_length=12,
                        verbose_name="险种",
                    ),
                ),
                ("account_name", models.CharField(max_length=120, verbose_name="户名")),
                ("bank_name", models.CharField(max_length=120, verbose_name="开户银行")),
                ("bank_code", models.CharField(max_length=12, verbose_name="联行号")),
                ("account_number", models.CharField(max_length=40, verbose_name="账号")),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.region", verbose_name="省份"
                    ),
                ),
            ],
            options={
                "verbose_name": "财政收款专户",
                "verbose_name_plural": "财政收款专户",
                "ordering": ["province", "valid_from"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="起始日")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="终止日")),
                (
                    "insurance",
                    models.CharField(
                        choices=[("employee", "职工医保"), ("resident", "居民医保")], max_length=12, verbose_name="险种"
                    ),
                ),
                (
                    "person_type",
                    models.CharField(
                        choices=[
                            ("active", "在职"),
                            ("retired", "退休"),
                            ("resident", "居民（成年）"),
                            ("minor", "未成年人"),
                            ("student", "大学生"),
                            ("senior", "居民（老年）"),
                        ],
                        max_length=12,
                        verbose_name="人员类别",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_insured", "未参保"),
                            ("normal", "正常参保"),
                            ("suspended", "暂停参保"),
                            ("invalid", "无效"),
                            ("ended", "终止参保"),
                        ],
                        default="normal",
                        max_length=12,
                        verbose_name="参保状态",
                    ),
                ),
                (
                    "aid",
                    models.CharField(
                        choices=[
                            ("none", "无"),
                            ("tekun", "特困人员"),
                            ("dibao", "低保对象"),
                            ("dibao_edge", "低保边缘家庭成员"),
                        ],
                        default="none",
                        max_length=16,
                        verbose_name="救助对象类别",
                    ),
                ),
                ("insured_months", models.PositiveIntegerField(default=0, verbose_name="缴费月数")),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="标签")),
                ("account_balance", common.fields.YuanField(default=0, verbose_name="个人账户余额")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="registry.insuredperson",
                        verbose_name="参保人员",
                    ),
                ),
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
                    "province",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="参保省",
                    ),
                ),
            ],
            options={
                "verbose_name": "参保关系",
                "verbose_name_plural": "参保关系",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name="机构代码")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "level",
                    models.CharField(
                        choices=[("national", "国家级"), ("provincial", "省级"), ("local", "统筹地区")],
                        max_length=12,
                        verbose_name="级别",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.agency",
                        verbose_name="上级机构",
                    ),
                ),
                (
                    "area",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.poolingarea",
                        verbose_name="统筹地区",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.region",
                        verbose_name="省份",
                    ),
                ),
            ],
            options={
                "verbose_name": "经办机构",
                "verbose_name_plural": "经办机构",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=60, unique=True, verbose_name="用户名")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("clerk", "经办员"),
                            ("supervisor", "复核主管"),
                            ("finance", "财务"),
                            ("operator", "业务员"),
                            ("auditor", "审计员"),
                            ("administrator", "系统管理员"),
                            ("institution", "医药机构人员"),
                        ],
                        max_length=16,
                        verbose_name="角色",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.agency",
                        verbose_name="经办机构",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.institution",
                        verbose_name="医药机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作人员",
                "verbose_name_plural": "工作人员",
                "ordering": ["username"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency", None), ("institution__isnull", False), ("role", "institution")),
                            models.Q(
                                models.Q(("role", "institution"), _negated=True),
                                ("agency__isnull", False),
                                ("institution", None),
                            ),
                            _connector="OR",
                        ),
                        name="staff_bound_to_one_organisation",
                        violation_error_message="医药机构人员须属于一家医药机构，其他人员须属于一家经办机构，二者只能选一。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "administrator"), _negated=True), ("agency", "100000"), _connector="OR"
                        ),
                        name="staff_administrator_is_national",
                        violation_error_message="系统管理员可以给任何机构开户，只能属于国家级经办机构。",
                    ),
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="InstitutionAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="起始日")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="终止日")),
                (
                    "level",
                    models.CharField(
                        choices=[("primary", "一级及以下"), ("secondary", "二级"), ("tertiary", "三级")],
                        max_length=12,
                        verbose_name="等级",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="registry.institution",
                        verbose_name="机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "医保服务协议",
                "verbose_name_plural": "医保服务协议",
                "ordering": ["institution", "valid_from"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="institutionagreement_in_order",
                        violation_error_message="终止日不得早于起始日。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until", None)),
                        fields=("institution",),
                        name="institution_agreement_one_open",
                        violation_error_message="该机构已有在执行的协议，请先填写原协议的终止日。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InstitutionService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="起始日")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="终止日")),
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
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="registry.institution",
                        verbose_name="机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "联网业务",
                "verbose_name_plural": "联网业务",
                "ordering": ["institution", "service", "valid_from"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="institutionservice_in_order",
                        violation_error_message="终止日不得早于起始日。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until", None)),
                        fields=("institution", "service"),
                        name="institution_service_one_open",
                        violation_error_message="该机构此项业务已联网，请先填写原记录的终止日。",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="insuredperson",
            index=models.Index(models.F("home_area"), models.F("name"), models.F("id"), name="person_by_area_and_name"),
        ),
        migrations.AddIndex(
            model_name="insuredperson",
            index=models.Index(fields=["certificate_digest"], name="person_by_certificate"),
        ),
        migrations.AddConstraint(
            model_name="insuredperson",
            constraint=models.UniqueConstraint(
                fields=("certificate_digest", "home_area"),
                name="person_once_per_area",
                violation_error_message="该证件号码在本统筹区已登记。",
            ),
        ),
        migrations.AddConstraint(
            model_name="fiscalaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="fiscalaccount_in_order",
                violation_error_message="终止日不得早于起始日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="fiscalaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_until", None)),
                fields=("province", "insurance"),
                name="fiscal_account_one_in_force",
                violation_error_message="该省该险种已有在用专户，请先停用原专户。",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="enrolment_in_order",
                violation_error_message="终止日不得早于起始日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_until", None)),
                fields=("person", "insurance"),
                name="enrolment_one_open_per_insurance",
                violation_error_message="该人员此险种已有在保关系。",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("account_balance__gte", 0)),
                name="enrolment_balance_not_negative",
                violation_error_message="个人账户余额不得为负。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("area", None), ("level", "national"), ("province", None)),
                    models.Q(("area", None), ("level", "provincial"), ("province__isnull", False)),
                    models.Q(("area__isnull", False), ("level", "local"), ("province__isnull", False)),
                    _connector="OR",
                ),
                name="agency_level_fits_place",
                violation_error_message="国家级不填省份和统筹地区，省级只填省份，统筹地区两项都填。",
            ),
        ),
    ]
