from django.db import migrations


class Migration(migrations.Migration):
    """Stays unapplied."""

    dependencies = [("kennel", "one")]
