from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_fill_zones")]

    operations = [
        migrations.AddIndex(
            model_name="zone",
            index=models.Index(
                condition=models.Q(("is_reachable", True)),
                fields=["cell", "responder", "language", "may_be_woken"],
                name="zone_audience",
            ),
        ),
    ]
