from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("clearing", "0002_indexes_that_earn_their_place")]

    operations = [
        migrations.RemoveConstraint("sheetrow", "sheet_row_not_negative"),
        migrations.AddConstraint(
            "sheetrow",
            models.CheckConstraint(
                condition=Q(visits__gte=0, total__gte=0, fund__gte=0, account__gte=0, deducted__gte=0, amount__gte=0),
                name="sheet_row_not_negative",
                violation_error_message="清算明细的人次、金额不得为负。",
            ),
        ),
    ]
