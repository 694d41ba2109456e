"""What a reversal takes back stands with it and with its line, so that the close can tell what is paid back from what nets."""

from django.db import migrations, models
from django.db.models import F, Q

import common.fields

# Lines that were agreed are the sum of their settlements and are drawn from them again, one for each period they come
# from; what is not agreed yet no longer fits, and is brought up to date when one side agrees.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;

UPDATE settlement_settlement AS settled
SET origin_period = coalesce(
    (SELECT original.period FROM settlement_settlement AS original WHERE original.id = settled.reversal_of_id),
    settled.period);

UPDATE settlement_statementline AS line SET origin_period = statement.period
FROM settlement_statement AS statement WHERE statement.id = line.statement_id;

INSERT INTO settlement_statementline (
    statement_id, home_province_id, host_province_id, insurance, service, settled_month, returned, origin_period,
    paid_back, visits, total, fund, account, deducted, amount)
SELECT statement.id, home_province_id, settled.host_province_id, insurance, service, settled_month, true, origin_period,
       statement.status = 'cleared', -count(*), sum(total), sum(fund_total), sum(account), 0,
       sum(fund_total + account)
FROM settlement_settlement AS settled
JOIN settlement_statement AS statement
  ON statement.institution_id = settled.institution_id AND statement.period = settled.period
WHERE settled.returned AND statement.status IN ('agreed', 'cleared')
GROUP BY statement.id, home_province_id, settled.host_province_id, insurance, service, settled_month, origin_period;

DELETE FROM settlement_statementline AS line USING settlement_statement AS statement
WHERE statement.id = line.statement_id AND statement.status IN ('agreed', 'cleared')
  AND line.returned AND line.origin_period = statement.period;

SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_indexes_that_earn_their_place")]

    operations = [
        migrations.AddField(
            "settlement", "origin_period", common.fields.MonthField(default="", verbose_name="原对账期"), False
        ),
        migrations.AddField(
            "statementline", "origin_period", common.fields.MonthField(default="", verbose_name="原对账期"), False
        ),
        migrations.AddField(
            "statementline", "paid_back", models.BooleanField(default=False, verbose_name="列入返还清算")
        ),
        migrations.RemoveConstraint("statementline", "statement_line_once"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "statementline",
            models.UniqueConstraint(
                fields=("statement", "home_province", "insurance", "service", "settled_month", "origin_period"),
                name="statement_line_once",
                violation_error_message="对账单中同类明细重复。",
            ),
        ),
        migrations.RemoveConstraint("statementline", "statement_line_signs"),
        migrations.AddConstraint(
            "statementline",
            models.CheckConstraint(
                condition=Q(
                    returned=False,
                    visits__gte=0,
                    total__gte=0,
                    fund__gte=0,
                    account__gte=0,
                    deducted__gte=0,
                    amount__gte=0,
                )
                | Q(returned=True, visits__lte=0, total__lte=0, fund__lte=0, account__lte=0, amount__lte=0),
                name="statement_line_signs",
                violation_error_message="返还明细应为负数，其余不得为负，审核扣款不得超过应结金额。",
            ),
        ),
        migrations.AddConstraint(
            "statementline",
            models.CheckConstraint(
                condition=Q(paid_back=False) | Q(returned=True),
                name="statement_line_paid_back_is_returned",
                violation_error_message="只有返还明细才能列入返还清算。",
            ),
        ),
        migrations.AddConstraint(
            "settlement",
            models.CheckConstraint(
                condition=Q(returned=False, origin_period=F("period"))
                | Q(returned=True, origin_period__lt=F("period")),
                name="settlement_returned_from_earlier_period",
                violation_error_message="返还的原对账期应早于本对账期，其余应相同。",
            ),
        ),
    ]
