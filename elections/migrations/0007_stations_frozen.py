from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("elections", "0006_norms")]

    operations = [
        migrations.AddField(
            model_name="election",
            name="stations_frozen_at",
            field=models.DateTimeField(
                help_text="when its assignment was frozen: its stations keep number and district (districts/migrations)", null=True
            ),
        ),
    ]
