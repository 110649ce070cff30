"""docker-compose.yml: true to the compose specification, closed to the network, and what its own header says of it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.schemas import faults

FILE = Path(__file__).parents[1] / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]

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
