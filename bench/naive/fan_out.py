"""`python -m bench.naive.fan_out COUNT`: what the verifier's click does in the naive project.

Prints one JSON object: when the click began (seconds since 1970) and how long it took.
"""

import json
import os
import sys
import time

import django


def main() -> None:
    """Make COUNT rows and one task for each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.naive.settings")
    django.setup()
    from celery import group  # after the setup, as the models need it
    from django.db import connection

    from bench.naive.app import app
    from bench.naive.models import NaiveText
    from bench.naive.tasks import send

    app.set_default()
    with connection.schema_editor() as editor:
        if NaiveText._meta.db_table in connection.introspection.table_names():
            editor.delete_model(NaiveText)
        editor.create_model(NaiveText)
    count = int(sys.argv[1])
    body = "Ktown RRN K-042 ALERT: 6 agents questioning, 6th St & Vermont Ave. 1 going 2 cannot"
    began = time.time()
    texts = NaiveText.objects.bulk_create(
        NaiveText(number=f"+1555{2_000_000 + place}", body=body) for place in range(count)
    )
    group(send.s(text.pk) for text in texts).apply_async()
    print(json.dumps({"began": began, "blocked": time.time() - began, "cpu": time.process_time()}))


if __name__ == "__main__":
    main()
