"""docker-compose.yml: what a security review would ask of it, and whether a parser takes it."""

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from django.urls import reverse_lazy

PARTS = ["migrate", "web", "live", "receipts", "pump", "inbound", "housekeeping", "sweep"]
DOORS = ["postgres", "redis", "proxy"]
SECRET = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)", re.IGNORECASE)


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def test_it_has_every_part_of_the_product(services):
    assert services.keys() == {*PARTS, *DOORS}


@pytest.mark.parametrize("name", [*PARTS, *DOORS])
def test_every_part_that_keeps_running_can_be_asked_how_it_is(services, name):
    assert ("healthcheck" in services[name]) is (name != "migrate")


@pytest.mark.parametrize("name", PARTS)
def test_our_parts_may_do_no_more_than_they_must(services, name):
    part = services[name]

    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in part["security_opt"]
    assert part["env_file"] == [".env"]
    assert "privileged" not in part


def test_our_image_does_not_run_as_root(root):
    users = re.findall(r"^USER (\S+)", (root / "Dockerfile").read_text(), re.MULTILINE)

    assert users and int(users[-1]) >= 10000


def test_our_image_installs_only_what_was_reviewed(root):
    dockerfile = (root / "Dockerfile").read_text()

    assert "pip install --require-hashes" in dockerfile
    assert dockerfile.count("pip install") == 1


def test_secrets_stay_out_of_the_file_and_of_the_image(root, services):
    for name, part in services.items():
        assert not [key for key in part.get("environment", {}) if SECRET.search(key)], name
    assert ".*" in (root / ".dockerignore").read_text().splitlines()
    assert not re.search(
        r"^(ARG|ENV) .*(KEY|TOKEN|SECRET)", (root / "Dockerfile").read_text(), re.M
    )


def test_only_the_proxy_is_reached_from_outside(services):
    assert [name for name, part in services.items() if "ports" in part] == ["proxy"]


def test_what_holds_data_has_no_way_out(compose, services):
    assert compose["networks"]["inside"]["internal"] is True
    assert services["postgres"]["network_mode"] == "none"
    for name in ["redis", "web", "live", "receipts", "migrate"]:
        assert services[name]["networks"] == ["inside"], name


def test_what_was_answered_is_on_the_disk(root, services):
    settings = services["postgres"]["command"]
    for setting in ["fsync=on", "synchronous_commit=on", "full_page_writes=on"]:
        assert setting in settings
    redis = (root / "deploy" / "redis.conf").read_text()
    for setting in ["appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction"]:
        assert setting in redis


def test_everything_waits_for_the_migrations(services):
    for name in PARTS[1:]:
        waits = services[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}, name


def test_the_proxy_writes_nothing_down_about_a_visitor(root):
    caddyfile = (root / "deploy" / "Caddyfile").read_text()

    # Caddy's errors name the address and the page, just as an access log would.
    assert "exclude http.log http.handlers" in caddyfile
    assert not re.search(r"^\s*(output\b|log\s*\{)", caddyfile, re.MULTILINE)


def test_every_queue_has_a_worker(services, settings):
    served = {
        word.removeprefix("--queues=")
        for name in PARTS
        for word in services[name]["command"]
        if word.startswith("--queues=")
    }
    routes = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}

    assert served == routes | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_a_compose_parser_takes_it(root, tmp_path):
    shutil.copy(root / "docker-compose.yml", tmp_path)
    shutil.copy(root / ".env.example", tmp_path / ".env")

    done = subprocess.run(
        # Without --dry-run it asks for a container engine, which reading a file does not need.
        [Path(sys.executable).parent / "podman-compose", "--dry-run", "config"],
        cwd=tmp_path,
        env={**os.environ, "PUBLIC_URL": "https://rapid.example"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout)["services"].keys() == {*PARTS, *DOORS}


@pytest.mark.parametrize(
    ("address", "server"),
    [
        (reverse_lazy("desk-live"), "live:8001"),
        (reverse_lazy("twilio-status", args=["7.1.abc"]), "receipts:8002"),
    ],
)
def test_streams_and_receipts_go_to_servers_of_their_own(root, address, server):
    caddyfile = (root / "deploy" / "Caddyfile").read_text()
    handled = re.findall(r"handle (/\S+) \{\s*reverse_proxy (\S+)", caddyfile)

    assert [to for path, to in handled if fnmatch(str(address), path)] == [server]
