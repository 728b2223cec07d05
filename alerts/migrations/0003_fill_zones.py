"""Write into each zone what it repeats of its owner."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Exists, Max, OuterRef, Subquery

PORTION = 50_000
"""Zones filled in one statement: each has to end before the database's time-out."""


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Responder = apps.get_model("alerts", "Responder")
    OptOut = apps.get_model("alerts", "OptOut")
    left = OptOut.objects.filter(digest=OuterRef("opt_out_digest"))
    owner = Responder.objects.filter(pk=OuterRef("responder"))
    zones = apps.get_model("alerts", "Zone").objects.all()
    last = zones.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last, PORTION):
        zones.filter(pk__gt=first, pk__lte=first + PORTION).update(
            is_reachable=Exists(owner.filter(~Exists(left), status="active")),
            may_be_woken=Subquery(owner.values("may_be_woken")),
            language=Subquery(owner.values("language")),
        )


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_zone_repeats_its_owner")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
