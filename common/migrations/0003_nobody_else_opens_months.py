from django.db import migrations

from common.partitions import OPEN_MONTH


class Migration(migrations.Migration):
    """A function that acts with its owner's rights is not everybody's; ``common.roles`` gives it to the working role."""

    dependencies = [("common", "0002_indexes_that_earn_their_place")]

    operations = [
        migrations.RunSQL(
            f"REVOKE EXECUTE ON FUNCTION {OPEN_MONTH} FROM PUBLIC", f"GRANT EXECUTE ON FUNCTION {OPEN_MONTH} TO PUBLIC"
        )
    ]
