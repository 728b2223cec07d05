"""Every answer carries the policy; what staff sees is never kept."""

import pytest
from django.test import Client

POLICY = "default-src 'none'"


@pytest.mark.parametrize("path", ["/account/login/", "/nothing-here/", "/healthz", "/desk/"])
def test_it_sends_the_policy_with_every_answer(stranger: Client, db: None, path: str) -> None:
    response = stranger.get(path)

    policy = response["Content-Security-Policy"]
    assert policy.startswith(POLICY)
    assert "unsafe" not in policy
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/desk/stop/", "/account/login/", "/invited/x/"])
def test_it_lets_nobody_keep_staff_pages(verifier: Client, path: str) -> None:
    assert "no-store" in verifier.get(path)["Cache-Control"]


def test_it_insists_on_https(db: None) -> None:
    response = Client().get("/account/login/")

    assert response.status_code == 301
    assert response["Location"].startswith("https://")


def test_it_tells_browsers_to_stay_on_https(stranger: Client) -> None:
    assert "max-age=31536000" in stranger.get("/healthz")["Strict-Transport-Security"]


def test_it_marks_its_cookies(stranger: Client, db: None) -> None:
    stranger.get("/account/login/")

    cookie = stranger.cookies["__Host-csrf"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["path"] == "/"
