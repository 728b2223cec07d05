"""tools/run_production_commands.py reads the compose file as it stands."""

from tools.run_production_commands import (
    our_services,
    postgres_settings,
    production_environment,
)


def test_migrations_run_before_anything_else(compose):
    names = [service.name for service in our_services(compose)]

    assert names[0] == "migrate"
    assert set(names[1:]) == {"web", "live", "receipts", "pump", "inbound", "housekeeping", "sweep"}


def test_it_takes_every_command_and_check_as_written(compose):
    for service in our_services(compose):
        written = compose["services"][service.name]
        assert service.command == written["command"]
        assert service.check == written.get("healthcheck", {"test": ["CMD"]})["test"][1:]


def test_postgresql_gets_the_settings_of_the_file(compose):
    settings = postgres_settings(compose)

    assert "synchronous_commit=on" in settings
    assert all("=" in pair and not pair.startswith(("-", "listen_addresses")) for pair in settings)


def test_every_run_makes_its_own_keys_and_nothing_of_the_callers_leaks_in(compose, monkeypatch):
    monkeypatch.setenv("DEMO", "1")

    first = production_environment(compose, REDIS_URL="unix:///nowhere")
    second = production_environment(compose, REDIS_URL="unix:///nowhere")

    assert first["REDIS_URL"] == "unix:///nowhere"
    assert first["CARRIER"] == "twilio"
    assert "DEMO" not in first
    for name in ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "SUPPRESSION_KEY", "AUDIT_KEY"]:
        assert first[name] != second[name]
