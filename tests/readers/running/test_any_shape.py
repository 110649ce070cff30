"""Whatever a file says under the words that are looked for, reading it raises nothing and ends soon."""

import re
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located, located
from poolaudit.readers.running import said_in
from poolaudit.readers.running.command_line import commands_in
from poolaudit.readers.running.programs import running
from poolaudit.readers.running.together import Together
from poolaudit.readers.versions import Versions

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["gunicorn -w 4 a:a", "${X}", "${X:-3}", "sh -c 'x'", "mysql:8", ".", "25%", "-w", "$$X", "[", "worker", "==1"]
)
SCALARS = st.none() | st.booleans() | st.integers(-5, 10**15) | st.floats() | TEXTS
WORDS = st.sampled_from(
    [
        *(
            "services",
            "image",
            "build",
            "command",
            "entrypoint",
            "deploy",
            "replicas",
            "scale",
            "environment",
            "context",
        ),
        *("env_file", "extends", "service", "file", "volumes", "source", "target", "web", "db", "dockerfile", "path"),
        *("kind", "apiVersion", "metadata", "name", "spec", "template", "containers", "env", "value", "args", "data"),
        *("strategy", "rollingUpdate", "maxSurge", "type", "scaleTargetRef", "maxReplicas", "items", "envFrom"),
        *("configMapRef", "replicaCount", "autoscaling", "enabled", "repository", "program:x", "numprocs", "uwsgi"),
        *("processes", "threads", "lazy-apps", "package", "version", "dependencies", "project", "tool", "poetry"),
    ]
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=25
)
NAMES = ["compose.yml", "k8s.yaml", "values.yaml", "supervisord.conf", "uwsgi.ini", "pyproject.toml", "poetry.lock"]
KINDS = {"yml": Kind.YAML, "yaml": Kind.YAML, "conf": Kind.INI, "ini": Kind.INI, "toml": Kind.TOML, "lock": Kind.TOML}
MANIFEST = {"apiVersion": "apps/v1", "kind": "Deployment"}


def _of(name: str, value: Any) -> Document:  # noqa: ANN401 - any plain data
    return Document(name, KINDS[name.rpartition(".")[2]], "", (located(value),))


@given(st.lists(st.tuples(st.sampled_from(NAMES), ANYTHING), max_size=4))
def test_data_of_any_shape(files: list[tuple[str, Any]]) -> None:
    documents = {name: _of(name, value) for name, value in files}
    said = tuple(one for document in documents.values() for one in said_in(document, {}))
    for process in Together(said, documents, {}).processes():
        assert process.processes.is_known or process.processes.unknown
    assert Versions(tuple(documents.values())).version("flask", "a/b.py") is None


@given(st.dictionaries(WORDS, ANYTHING, max_size=6), st.sampled_from(["compose.yml", "k8s.yaml", "uwsgi.ini"]))
def test_what_is_looked_for_of_any_shape(inner: dict[str, Any], name: str) -> None:
    shapes = {
        "compose.yml": {"services": {"web": {"image": "shop"} | inner}},
        "k8s.yaml": MANIFEST | {"spec": {"template": {"spec": {"containers": [inner]}}} | inner},
        "uwsgi.ini": {"uwsgi": inner, "program:x": inner},
    }
    document = _of(name, shapes[name])
    said = tuple(said_in(document, {"X": Located("4")}))
    assert len(Together(said, {name: document}, {}).processes()) <= len(said)


@given(st.text(max_size=60) | st.lists(TEXTS, max_size=6).map(" ".join))
def test_any_line_of_shell(line: str) -> None:
    for command in commands_in(line, Place("start.sh", 1)):
        found = running(command, {}, 4)
        assert isinstance(found.program, str)


@pytest.mark.parametrize("name", ["Dockerfile", "Procfile", "start.sh", "x.service", "requirements.txt"])
@given(text=st.text(max_size=200) | st.lists(TEXTS | WORDS, max_size=20).map("\n".join))
def test_any_text(name: str, text: str) -> None:
    document = Document(name, Kind.TEXT, text)
    said = tuple(said_in(document, {}))
    processes = Together(said, {name: document}, {}).processes()
    assert all(re.fullmatch(r"[\w./@ -]{0,64}", one.name) for one in processes)
    assert Versions((document,)).version("no-such-package", "a.py") is None


HUGE = {
    "start.sh": "#!/bin/sh\n" + "X=1 gunicorn -w 4 a:a &\n" * 2_000,
    "Procfile": "web: gunicorn -w 4 a:a\n" * 2_000,
    "Dockerfile": "FROM python\nENV A=0123456789\n" + "ENV A=${A}${A}\n" * 3_000 + "CMD gunicorn a:a\n",
    "requirements.txt": "flask==1.0\n" * 90_000,
    "deploy/Dockerfile": "FROM python\nRUN pip install " + "a=" * 450_000,
    "app.service": "ExecStart=" + "a " * 20_000,
    "run.sh": "#!/bin/sh\n" + "$(( " * 12_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_a_huge_file_takes_little_time(name: str) -> None:
    document = Document(name, Kind.TEXT, HUGE[name])
    begun = process_time()
    said = tuple(said_in(document, {}))
    found = Together(said, {name: document}, {}).processes()
    version = Versions((document,)).version("flask", "a.py")
    assert process_time() - begun < 3  # the bound is 1 s, on a machine that does nothing else
    assert len(found) <= 500
    assert version in {None, (1, 0)}
