"""From paths to documents: what a walk finds, leaves out and cannot read, and what stands beside a file."""

import io
import os
import sys
import time
from pathlib import Path

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.readers import tree
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.formats import parse
from poolaudit.readers.tree import companions, kind_by_text, read_tree

SETTINGS = "pool_size: 5\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tree, "parse", _without_modules)


def _without_modules(path: str, kind: Kind, text: str) -> Document:
    """Parse all but Python, whose module this is not about."""
    if kind is Kind.PYTHON and "print 'x'" in text:
        raise CannotAuditError(f"{path}:2: this is Python 2", "use Python 3")
    return Document(path, kind, text) if kind is Kind.PYTHON else parse(path, kind, text)


def write(**files: str | bytes) -> None:
    """Write files: `a__b_yaml` is a/b.yaml; names that cannot be written so are given by `put`."""
    for name, content in files.items():
        put(name.replace("__", "/").replace("_", "."), content)


def put(path: str, content: str | bytes = SETTINGS) -> None:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def paths_of(*paths: str) -> list[str]:
    return [document.path for document in read_tree(paths or (".",)).documents]


def test_a_walk_is_in_order_and_names_files_as_they_were_named() -> None:
    write(b_yaml=SETTINGS, a__c_yaml=SETTINGS, a__b__x_toml="pool_size = 5")
    assert paths_of() == ["a/b/x.toml", "a/c.yaml", "b.yaml"]
    assert paths_of("a") == ["a/b/x.toml", "a/c.yaml"]
    assert paths_of("./a/", "b.yaml") == ["./a/b/x.toml", "./a/c.yaml", "b.yaml"]
    assert paths_of(str(Path.cwd() / "a"))[0] == f"{Path.cwd()}/a/b/x.toml"
    assert paths_of("b.yaml", ".") == ["b.yaml", "a/b/x.toml", "a/c.yaml"]
    assert paths_of("a/c.yaml", "a/c.yaml") == ["a/c.yaml"]


@pytest.mark.parametrize(
    "path",
    [
        *("app.yaml", "config.py", "alembic.ini", "settings.json", "nova.conf.j2", "APP.YAML"),
        *("Procfile", "Procfile.dev", "Dockerfile", "Dockerfile.web", "web.dockerfile", "docker-compose.override.yml"),
        *("compose.yaml", "gunicorn.conf.py", "web.gunicorn.py", "uwsgi-web.ini", "supervisord.conf", "Chart.yaml"),
        *("values-prod.yaml", "requirements-dev.txt", "constraints.txt", "requirements/base.txt", "pyproject.toml"),
        *("Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "setup.cfg", "setup.py", "environment.yml"),
        *(".env", ".env.prod", ".flaskenv", "prod.env", "a b/ü.yaml"),
    ],
)
def test_what_is_read(path: str) -> None:
    content = {".json": "{}", ".lock": "{}" if "Pip" in path else ""}.get(Path(path).suffix, "")
    put(path, content or ("# pool\n" if "." in path else ""))
    if path == "settings.json":
        put(path, '{"pool_size": 5}')
    assert paths_of() == [path]


@pytest.mark.parametrize(
    "path",
    [
        *(".git/config.yaml", "node_modules/x/app.yaml", ".venv/lib/site-packages/x.py", "a/__pycache__/x.py"),
        *("site-packages/sqlalchemy/pool.py", ".tox/py/app.yaml", "app.md", "app.html", "notes.txt", "pool"),
        *(".env.example", "config.yaml.sample", "app.ini.dist", ".env.template", "sample.env", "config.example.yaml"),
    ],
)
def test_what_is_left_out_by_its_name(path: str) -> None:
    put(path)
    assert read_tree(["."]) == tree.Tree(())


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history", "CACHEDIR.TAG"])
def test_a_virtual_environment_of_any_name_is_left_out(mark: str) -> None:
    put(f"tools/python/{mark}", "")
    put("tools/python/lib/app.yaml")
    put("tools/app.yaml")
    assert paths_of() == ["tools/app.yaml"]
    assert paths_of("tools/python") == ["tools/python/lib/app.yaml"]


def test_what_git_ignores_is_left_out() -> None:
    put(".gitignore", "*.local.yaml\n/build/\n")
    for path in ("app.yaml", "app.local.yaml", "build/app.yaml", "src/build/app.yaml", "src/app.local.yaml"):
        put(path)
    assert paths_of() == ["app.yaml", "src/build/app.yaml"]
    assert paths_of("app.local.yaml") == ["app.local.yaml"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("app.yaml", "title: shop\n"),
        ("nginx.conf", "server {\n  listen 80;\n}\n"),
        ("app.py", "print('x')\n"),
        ("run.sh", "echo hello\n"),
        ("app.json", "{}"),
        ("app.yaml", b"\x7fELF\0\0pool_size"),
        ("app.ini", b"pool \xff"),
        ("app.yaml", "pool: {{ x }} y\n"),
        ("app.yaml", ""),
    ],
)
def test_what_says_nothing_of_a_pool_is_passed_over(path: str, content: str | bytes) -> None:
    put(path, content)
    found = read_tree(["."])
    assert (found.documents, found.unread) == ((), ())


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("run.sh", "exec gunicorn -w 4 shop\n"),
        ("docker-entrypoint", "#!/bin/sh\npython app.py\n"),
        ("web.yaml", "kind: Deployment\n"),
        ("web.service", "ExecStart=/usr/bin/celery\n"),
        ("app.yaml", "pool_size: 5\n".encode("utf-16")),
        ("app.yaml", b"\xef\xbb\xbfPOOL_SIZE: 5\r\n"),
    ],
)
def test_what_may_say_something_is_read(path: str, content: str | bytes) -> None:
    put(path, content)
    assert paths_of() == [path]


def test_python_without_a_word_of_a_pool_is_kept_unparsed() -> None:
    put("limits.py", "SIZE = 5\n")
    put("print.py", "print 'x'\n")
    assert read_tree(["."]).others == (
        Document("limits.py", Kind.PYTHON, "SIZE = 5\n"),
        Document("print.py", Kind.PYTHON, "print 'x'\n"),
    )


@pytest.mark.parametrize(
    ("path", "content", "place", "because"),
    [
        ("app.yaml", "pool_size: 5\n  x: 1\n", "app.yaml:2", "this is not YAML that can be read"),
        ("app.toml", "pool_size = \n", "app.toml:1", "this is not TOML that can be read"),
        ("db.py", "pool_size = 5\nprint 'x'\n", "db.py:2", "this is Python 2"),
        ("app.yaml", "pool_size: 5\n#" + "x" * 1_000_000, "app.yaml", "is larger than 1 MB, so it is no settings file"),
        ("app.ini", b"pool_size = \xff", "app.ini", "is not text in UTF-8 or UTF-16"),
        ("app.yaml", b"pool_size: \x07", "app.yaml", "holds control characters, so it is no text file"),
    ],
)
def test_what_looks_like_settings_and_cannot_be_read_is_told(
    path: str, content: str | bytes, place: str, because: str
) -> None:
    put(path, content)
    put("other.yaml")
    found = read_tree(["."])
    assert [document.path for document in found.documents] == ["other.yaml"]
    (unread,) = found.unread
    assert (str(unread.place), unread.missing.part, unread.missing.because) == (place, place, because)
    with pytest.raises(CannotAuditError):
        read_tree([path])


def test_no_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    put("app.yaml")
    put("closed/app.yaml")
    put("notes.md")
    real = os.scandir

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    def refuse_closed(folder: str) -> object:
        return refuse() if "closed" in str(folder) else real(folder)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse_closed)
    found = read_tree(["."])
    assert [(str(one.place), one.missing.because) for one in found.unread] == [
        ("closed", "cannot be read: Permission denied"),
        ("app.yaml", "cannot be read: Permission denied"),
    ]
    with pytest.raises(CannotAuditError, match="closed cannot be read: Permission denied"):
        read_tree(["closed"])


def test_links() -> None:
    put("a/app.yaml")
    put("../outside.yaml")
    Path("a/loop").symlink_to("..")
    Path("same.yaml").symlink_to("a/app.yaml")
    Path("other.yaml").symlink_to("../outside.yaml")
    Path("broken.yaml").symlink_to("none.yaml")
    Path("round.yaml").symlink_to("round.yaml")
    assert paths_of() == ["a/app.yaml", "other.yaml"]
    assert paths_of("same.yaml") == ["same.yaml"]
    assert paths_of("a/loop/a/loop")[0] == "a/loop/a/loop/a/app.yaml"


def test_pipes_and_sockets_are_passed_over() -> None:
    os.mkfifo("app.yaml")
    put("db.yaml")
    assert paths_of() == ["db.yaml"]


def test_a_name_that_is_no_utf_8() -> None:
    put(os.fsdecode(b"caf\xe9.yaml"))
    assert paths_of() == ["caf\ufffd.yaml"]


def test_deep_folders() -> None:
    put("a/" * 200 + "app.yaml")
    assert len(paths_of()) == 1


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    given("[db]\npool_size = 5\n")
    assert [(one.path, one.kind) for one in read_tree(["-"]).documents] == [("-", Kind.INI)]
    given("pool_size = 5\n")
    assert [one.kind for one in read_tree(["-"], Kind.TOML).documents] == [Kind.TOML]
    given("[")
    with pytest.raises(CannotAuditError, match="-:1: this is not JSON"):
        read_tree(["-"], Kind.JSON)


def test_what_a_file_is_written_in_can_be_said() -> None:
    put("settings.local", "a=1")
    assert [one.kind for one in read_tree(["settings.local"]).documents] == [Kind.ENV]
    assert [one.kind for one in read_tree(["settings.local"], Kind.INI).documents] == [Kind.INI]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#!/usr/bin/env python3\nx = 1", Kind.PYTHON),
        ("#!/bin/sh\nA=1", Kind.TEXT),
        ('\n{"a": 1}', Kind.JSON),
        ("; c\n[database]\na = 1", Kind.INI),
        ("[1, 2]", Kind.YAML),
        ("# c\nexport A=1", Kind.ENV),
        ("from x import y", Kind.PYTHON),
        ("a: 1", Kind.YAML),
        ("", Kind.YAML),
    ],
)
def test_kinds_by_text(text: str, kind: Kind) -> None:
    assert kind_by_text(text) is kind


def test_a_file_that_is_named_and_cannot_be_read() -> None:
    for path in ("none.yaml", "a\0b"):
        with pytest.raises(CannotAuditError, match="cannot be read"):
            read_tree([path])


def companions_of(path: str) -> list[str]:
    return [document.path for document in companions(path)]


def test_what_stands_beside_a_file_and_above_it() -> None:
    for path in ("shop/web/requirements.txt", "shop/requirements/base.txt", "shop/.env", "uv.lock", "pyproject.toml"):
        put(path, "")
    put("shop/web/.env.example", "")
    put("shop/web/setup.cfg", "[broken")
    put("shop/web/config.py", "")
    put("../requirements.txt", "")
    expected = ["shop/web/requirements.txt", "shop/.env", "shop/requirements/base.txt", "pyproject.toml", "uv.lock"]
    assert companions_of("shop/web/config.py") == expected
    os.chdir("shop/web")
    assert companions_of("config.py") == [
        "requirements.txt",
        "../.env",
        "../requirements/base.txt",
        "../../pyproject.toml",
        "../../uv.lock",
    ]
    assert companions_of("../web/config.py")[:2] == ["../web/requirements.txt", "../.env"]
    assert companions_of("requirements.txt")[0] == "../.env"


def test_without_a_root_the_files_folder_alone_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("shop/requirements.txt", "")
    put("requirements.txt", "")
    monkeypatch.setattr(tree, "MOST_FOLDERS_ABOVE", 2)
    assert companions_of("shop/config.py") == ["shop/requirements.txt"]
    assert companions_of("none/config.py") == []
    Path(".git").mkdir()
    assert companions_of("shop/config.py") == ["shop/requirements.txt", "requirements.txt"]
    assert companions_of(f"{tmp_path}/shop/config.py")[1] == f"{tmp_path}/requirements.txt"


@pytest.mark.slow
def test_a_large_tree_is_walked_soon() -> None:
    for number in range(2000):
        put(f"d{number % 40}/f{number}.{('md', 'html', 'js', 'py', 'yaml')[number % 5]}", "x = 1\n" * 100)
    put(".gitignore", "*.log\nbuild/\n*.py[cod]\n")
    begun = time.process_time()
    assert len(read_tree(["."]).others) == 400
    assert time.process_time() - begun < 1
