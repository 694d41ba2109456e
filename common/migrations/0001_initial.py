import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.partitions import CREATE_FUNCTION, DROP_FUNCTION


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE common_case_number", "DROP SEQUENCE common_case_number"),
        migrations.RunSQL(CREATE_FUNCTION, DROP_FUNCTION),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(max_length=60, verbose_name="作业")),
                ("label", models.CharField(max_length=200, verbose_name="说明")),
                ("article", models.CharField(blank=True, max_length=120, verbose_name="依据")),
                ("period", models.CharField(max_length=10, verbose_name="所属期")),
                ("planned_at", models.DateTimeField(verbose_name="计划时间")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("running", "运行中"), ("done", "完成"), ("failed", "失败")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=1, verbose_name="尝试次数")),
                ("counts", models.JSONField(default=dict, verbose_name="处理件数")),
                ("error", models.TextField(blank=True, verbose_name="错误")),
            ],
            options={
                "verbose_name": "作业运行记录",
                "verbose_name_plural": "作业运行记录",
                "indexes": [models.Index(fields=["-planned_at"], name="job_run_latest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "period"),
                        name="job_run_once_per_period",
                        violation_error_message="同一作业的同一期只能有一条运行记录。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_kind", models.CharField(max_length=60, verbose_name="业务类别")),
                ("case_id", models.BigIntegerField(verbose_name="业务件")),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                ("verb", models.CharField(max_length=40, verbose_name="操作")),
                ("from_status", models.CharField(blank=True, max_length=40, verbose_name="原状态")),
                ("to_status", models.CharField(max_length=40, verbose_name="新状态")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("previous_digest", models.CharField(blank=True, max_length=64, verbose_name="上一条摘要")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理记录",
                "verbose_name_plural": "办理记录",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case_kind", "case_id", "sequence"),
                        name="status_change_in_sequence",
                        violation_error_message="办理记录的序号重复。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_kind", models.CharField(max_length=60, verbose_name="业务类别")),
                ("case_id", models.BigIntegerField(verbose_name="业务件")),
                ("kind", models.CharField(max_length=40, verbose_name="期限名称")),
                ("article", models.CharField(max_length=120, verbose_name="依据")),
                ("rule", models.CharField(max_length=40, verbose_name="计算方法")),
                ("started_on", models.DateField(verbose_name="起算日")),
                ("due_on", models.DateField(verbose_name="到期日")),
                ("provisional", models.BooleanField(default=False, verbose_name="含未公布的放假安排")),
                ("ended_on", models.DateField(null=True, verbose_name="结束日")),
                ("outcome", models.CharField(blank=True, max_length=60, verbose_name="结果")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agency",
                        verbose_name="应办机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "期限",
                "verbose_name_plural": "期限",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_on", None)), fields=["agency", "due_on"], name="term_open_by_agency"
                    ),
                    models.Index(condition=models.Q(("ended_on", None)), fields=["due_on"], name="term_open_by_due"),
                    models.Index(fields=["case_kind", "case_id"], name="term_of_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("case_kind", "case_id", "kind"),
                        name="term_open_once",
                        violation_error_message="同一业务件的同一期限只能有一个在计。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("started_on"))),
                        name="term_due_after_start",
                        violation_error_message="到期日不得早于起算日。",
                    ),
                ],
            },
        ),
    ]
