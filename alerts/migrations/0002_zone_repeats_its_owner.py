from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="zone",
            name="is_reachable",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="zone",
            name="may_be_woken",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="zone",
            name="language",
            field=models.CharField(
                choices=[("en", "English"), ("es", "Spanish"), ("ko", "Korean")],
                default="en",
                max_length=5,
            ),
        ),
    ]
