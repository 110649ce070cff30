"""`deployment:`, and what nearly says it."""

from typing import Any

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.facts.missing import FactMissingError
from poolaudit.readers.deployment import Deployed, deployed_from
from poolaudit.readers.located import located


def deployed(**words: Any) -> Deployed:  # noqa: ANN401 - any plain data, as a file may hold it
    return deployed_from(located(words))


def test_all_of_it() -> None:
    found = deployed(
        processes=4, hosts="2", threads=8, request_timeout_seconds=30, path_idle_timeout_seconds=350.5,
        sqlalchemy="1.4.54", flask_sqlalchemy=3.1,
    )  # fmt: skip
    assert (found.processes.value, found.hosts.value, found.threads.value) == (4, 2, 8)
    assert (found.request_timeout_seconds.value, found.path_idle_timeout_seconds.value) == (30, 350.5)
    assert (found.sqlalchemy, found.flask_sqlalchemy) == ((1, 4, 54), (3, 1))


@pytest.mark.parametrize("found", [deployed_from(None), deployed(), deployed_from(located("production"))])
def test_nothing_said_is_unknown(found: Deployed) -> None:
    for setting in (found.processes, found.hosts, found.threads, found.path_idle_timeout_seconds):
        assert not setting.is_known
    with pytest.raises(FactMissingError) as caught:
        _ = found.processes.value
    assert caught.value.missing.remedy == "say deployment: {processes: …}, or give --processes"


def test_one_host_is_poolaudits_default_where_processes_are_said() -> None:
    found = deployed(processes=4)
    assert (found.hosts.value, found.hosts.default_of) == (1, "poolaudit")


def test_what_is_filled_in_is_unknown() -> None:
    found = deployed(processes="${WEB_CONCURRENCY:-4}", sqlalchemy="{{ version }}")
    assert found.processes.unknown == "environment variable WEB_CONCURRENCY, default 4"
    assert (found.sqlalchemy, found.hosts.is_known) == (None, False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"processes": 0}, "processes under deployment is to be a whole number from 1"),
        ({"hosts": "many"}, "hosts under deployment is to be a whole number from 1"),
        ({"threads": 1.5}, "threads under deployment is to be a whole number from 1"),
        ({"request_timeout_seconds": 0}, "request_timeout_seconds under deployment is to be a number from 1"),
        ({"sqlalchemy": "new"}, 'sqlalchemy under deployment is to be a version such as "2.0"'),
        ({"proceses": 4}, "proceses under deployment is not a word of poolaudit's; did you mean processes?"),
        ({"workers": 4}, "workers under deployment is not a word of poolaudit's; did you mean processes?"),
        ({"replicas": 4}, "replicas under deployment is not a word of poolaudit's; did you mean hosts?"),
    ],
)
def test_refused(words: dict[str, Any], message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        deployed(**words)
    assert caught.value.message == message


def test_words_of_others_are_left_alone() -> None:
    assert deployed(environment="production", region="eu").processes.unknown is not None
