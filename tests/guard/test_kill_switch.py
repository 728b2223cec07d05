"""One person stops every text; a coordinator lets them leave again."""

from django.test import Client

from alerts.models import Network


def test_it_stops_with_one_click_of_anybody_on_the_staff(
    verifier: Client, network: Network
) -> None:
    response = verifier.post("/desk/stop/", {"why": "wrong alert"})

    network.refresh_from_db()
    assert response["Location"] == "/desk/stop/"
    assert network.is_stopped
    assert network.sending_stopped_by == verifier.person
    assert network.sending_stopped_why == "wrong alert"


def test_it_is_on_every_staff_page(verifier: Client, coordinator: Client) -> None:
    assert "STOP ALL" in coordinator.get("/coordinate/people/").content.decode()
    assert "STOP ALL" in verifier.get("/account/factors/").content.decode()


def test_it_tells_everybody_who_stopped_and_why(
    verifier: Client, coordinator: Client, network: Network
) -> None:
    network.stop_sending(by=verifier.person, why="<b>wrong</b> alert")

    page = coordinator.get("/coordinate/people/").content.decode()

    assert "No text is leaving." in page
    assert "Vera stopped all sending at" in page
    assert "&lt;b&gt;wrong&lt;/b&gt; alert" in page


def test_it_keeps_the_first_name_at_a_second_click(
    verifier: Client, approver: Client, network: Network
) -> None:
    verifier.post("/desk/stop/")
    approver.post("/desk/stop/")

    network.refresh_from_db()
    assert network.sending_stopped_by == verifier.person


def test_it_stops_even_with_a_long_or_strange_reason(verifier: Client, network: Network) -> None:
    verifier.post("/desk/stop/", {"why": "너무 " * 100})

    network.refresh_from_db()
    assert network.is_stopped
    assert len(network.sending_stopped_why) == 80


def test_it_stops_with_a_nul_in_the_reason(verifier: Client, network: Network) -> None:
    assert verifier.post("/desk/stop/", {"why": "a\x00b"}).status_code == 302

    network.refresh_from_db()
    assert network.is_stopped


def test_it_is_resumed_by_a_coordinator_on_purpose(coordinator: Client, network: Network) -> None:
    network.stop_sending(by=None)

    coordinator.post("/desk/resume/")
    network.refresh_from_db()
    assert network.is_stopped

    coordinator.post("/desk/resume/", {"sure": "yes"})
    network.refresh_from_db()
    assert not network.is_stopped


def test_it_is_not_resumed_by_a_verifier(verifier: Client, network: Network) -> None:
    network.stop_sending(by=None)

    assert verifier.post("/desk/resume/", {"sure": "yes"}).status_code == 403

    network.refresh_from_db()
    assert network.is_stopped


def test_it_is_no_door_for_strangers(stranger: Client, network: Network) -> None:
    assert stranger.post("/desk/stop/")["Location"].startswith("/account/login/")

    network.refresh_from_db()
    assert not network.is_stopped


def test_it_changes_nothing_by_looking(verifier: Client, network: Network) -> None:
    assert verifier.get("/desk/stop/").status_code == 200
    assert verifier.get("/desk/resume/").status_code == 405

    network.refresh_from_db()
    assert not network.is_stopped
