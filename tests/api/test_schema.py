"""`/api/schema/` says what the doors do."""

import pytest
from django.core.management import call_command
from openapi_core import OpenAPI
from yaml import safe_load

pytestmark = pytest.mark.django_db


def test_it_is_made_without_a_warning(capsys):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")

    assert "Warning" not in capsys.readouterr().err


def test_it_lists_every_door(stranger):
    answer = stranger.get("/api/schema/")
    schema = safe_load(answer.content)

    assert answer.status_code == 200
    assert {path.removeprefix("/api/v1/") for path in schema["paths"]} == {
        "reports/",
        "incidents/",
        "incidents/{id}/",
        "incidents/{id}/claim/",
        "incidents/{id}/judge/",
        "alerts/",
        "alerts/{id}/",
        "alerts/{id}/release/",
        "alerts/{id}/stop/",
        "places/resolve/",
    }
    assert OpenAPI.from_dict(schema)
