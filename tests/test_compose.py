"""docker-compose.yml: true to the compose specification, closed to the network, and what its own header says of it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.schemas import faults
from tests.settings_files import read_whole

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
WHOLE: dict[str, Any] = yaml.safe_load(TEXT)
ALL: dict[str, dict[str, Any]] = WHOLE["services"]
SERVICES = {name: service for name, service in ALL.items() if "profiles" not in service}
LEAKY = {name: service for name, service in ALL.items() if service.get("profiles") == ["leaky"]}

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def test_keeps_to_the_specification() -> None:
    assert faults("compose-spec", TEXT) == []


def test_the_specification_is_looked_at() -> None:
    wrong = faults("compose-spec", TEXT.replace("    image: mysql:9\n", "    imagine: mysql:9\n"))
    assert any("imagine" in fault for fault in wrong), wrong


def test_images() -> None:
    assert [service["image"] for service in SERVICES.values()] == ["mysql:8.4", "mysql:9", "mariadb:11"]


@every_service
def test_listens_on_this_machine_alone(service: dict[str, Any]) -> None:
    assert service["ports"]
    for port in service["ports"]:
        assert re.fullmatch(r"127\.0\.0\.1:\d+:3306", port)


@every_service
def test_says_when_it_is_ready(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"]
    assert service["healthcheck"]["retries"] >= 1


def test_the_header_names_every_server() -> None:
    match = re.search(r'POOLAUDIT_TEST_DSNS="(.*)"', TEXT)
    assert match is not None
    places = [urlsplit(dsn) for dsn in match[1].split(",")]
    ports = [int(service["ports"][0].split(":")[1]) for service in SERVICES.values()]
    assert [place.port for place in places] == ports
    passwords = [one["environment"][f"{_product(one)}_ROOT_PASSWORD"] for one in SERVICES.values()]
    assert [place.password for place in places] == passwords


def _product(service: dict[str, Any]) -> str:
    return str(service["image"]).partition(":")[0].upper()


def test_the_profile_is_beside_the_servers() -> None:
    assert {**SERVICES, **LEAKY} == ALL
    assert set(LEAKY) == {"accounts", "leaky", "poolaudit", "mailpit"}
    images = [service["image"] for service in LEAKY.values() if "image" in service]
    assert [re.fullmatch(r"[\w/]+:v?\d+\.\d+", image) is not None for image in images] == [True, True]


def test_the_profile_listens_on_this_machine_alone() -> None:
    ports = [port for service in ALL.values() for port in service.get("ports", [])]
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports) == 5
    shown = re.findall(r"at http://127\.0\.0\.1:(\d+)", TEXT)
    assert {"38000", "38025"} == set(shown) <= {port.split(":")[1] for port in ports}


def test_what_is_waited_for_can_come() -> None:
    for service in LEAKY.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in ALL[name]
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert ALL[name]["restart"] == "no"


def test_what_is_built_and_mounted_is_there() -> None:
    for service in LEAKY.values():
        if "build" in service:
            assert (ROOT / service["build"] / "Dockerfile").is_file()
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in WHOLE["volumes"]


def test_every_server_has_the_accounts_and_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples/leaky")
    whole = read_whole(ROOT / "examples/leaky/poolaudit.toml")
    assert {one.where.host for one in whole.servers} == set(SERVICES) == set(LEAKY["accounts"]["depends_on"])
    for name in SERVICES:
        assert f" {name} " in LEAKY["accounts"]["command"][0].replace(";", " ")
    (variable,) = {one.password_env for one in whole.servers}
    password = LEAKY["poolaudit"]["environment"][variable]
    assert f"IDENTIFIED BY '{password}'" in (ROOT / "examples/leaky/accounts.sql").read_text("utf-8")


def test_mail_goes_to_the_catcher() -> None:
    whole = read_whole(ROOT / "examples/leaky/poolaudit.toml")
    assert whole.mail is not None
    assert getattr(whole.mail.way, "host", None) == "mailpit"
    assert "mailpit" in LEAKY["poolaudit"]["depends_on"]


def test_poolaudit_reports_over_and_over() -> None:
    service = LEAKY["poolaudit"]
    (loop,) = service["command"]
    assert service["entrypoint"] == ["sh", "-c"]
    assert "poolaudit report; sleep 60" in loop
    assert {"read_only": True, "cap_drop": ["ALL"]}.items() <= service.items()
    assert "./examples/leaky:/etc/poolaudit:ro" in service["volumes"]


def test_the_application_comes_to_the_audited_server() -> None:
    place = urlsplit(LEAKY["leaky"]["environment"]["LEAKY_DATABASE"])
    assert (place.hostname, place.username) == ("mysql-8.4", "leaky")
    assert place.hostname in SERVICES
