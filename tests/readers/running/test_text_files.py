"""Procfiles, shell scripts, Dockerfiles and systemd's units."""

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.running.process import Way
from tests.readers.running.documents import started, values, words


def test_a_procfile() -> None:
    found = started(
        "app/Procfile", "release: flask db upgrade\nweb: gunicorn app:app\n# no\nworker:celery -A x worker\n"
    )
    assert [(one.name, one.way, one.folder, one.place) for one in found] == [
        ("web", Way.PROCFILE, "app", Place("app/Procfile", 2)),
        ("worker", Way.PROCFILE, "app", Place("app/Procfile", 4)),
    ]
    assert words(found[1]) == ["celery -A x worker"]
    assert started("Procfile.dev", "web: flask run")[0].name == "web"
    assert started("Procfile.md/notes.txt", "web: flask run") == []


def test_a_shell_script() -> None:
    (found,) = started(
        "bin/start.sh",
        """
        #!/bin/sh
        set -e
        export WEB_CONCURRENCY=3
        cat <<EOF
        gunicorn not:this
        EOF
        if [ "$X" = 1 ]; then
          python manage.py migrate
        fi
        exec gunicorn app:app \\
          --workers 4 \\
          --timeout 60
        """,
    )
    assert words(found)[-1] == "gunicorn app:app --workers 4 --timeout 60"
    assert not any("not:this" in line for line in words(found))
    assert found.commands[-1].place == Place("bin/start.sh", 10)
    assert values(found.commands[-1].environment) == {"WEB_CONCURRENCY": "3"}


def test_a_script_is_known_by_its_first_line() -> None:
    assert started("entrypoint", "#!/usr/bin/env bash\ngunicorn app:app\n")[0].name == "entrypoint"
    assert started("entrypoint", "gunicorn app:app\n") == []
    assert started("empty.sh", "# nothing\n") == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('CMD ["gunicorn", "-w", "4", "app:app"]', ["gunicorn -w 4 app:app"]),
        ("CMD gunicorn -w 4 app:app", ["gunicorn -w 4 app:app"]),
        ('CMD ["gunicorn", "a"]\nCMD ["gunicorn", "b"]', ["gunicorn b"]),
        ('ENTRYPOINT ["gunicorn", "app:app"]\nCMD ["-w", "4"]', ["gunicorn app:app -w 4"]),
        ('CMD ["-w", "4"]\nENTRYPOINT ["gunicorn", "app:app"]', ["gunicorn app:app -w 4"]),
        ('ENTRYPOINT gunicorn app:app\nCMD ["ignored"]', ["gunicorn app:app"]),
        ('ENTRYPOINT ["./entry.sh"]\nCMD ["gunicorn", "app:app"]', ["./entry.sh gunicorn app:app"]),
        ('ENTRYPOINT ["tini", "--"]\nCMD gunicorn app:app', ["gunicorn app:app"]),
        ("CMD exec gunicorn \\\n  # a remark\n  -w 4 \\\n  app:app", ["gunicorn -w 4 app:app"]),
        ("CMD [gunicorn, app]", ["[gunicorn, app]"]),
        ("RUN make", []),
        ("FROM node AS ui\nCMD npm start\nFROM python", []),
        ("FROM python AS base\nCMD gunicorn base:app\nFROM base", ["gunicorn base:app"]),
    ],
)
def test_what_a_dockerfile_runs(lines: str, expected: list[str]) -> None:
    (found,) = started("Dockerfile", f"FROM python:3.12\n{lines}\n")
    assert words(found) == expected


def test_a_dockerfiles_environment() -> None:
    (found,) = started(
        "api/prod.Dockerfile",
        """
        ARG VERSION=3.12
        FROM python:$VERSION
        ARG WORKERS=5
        ENV WEB_CONCURRENCY=${WORKERS} A="b c"
        ENV OLD 1 2
        ENV OPEN=$NOBODY
        CMD ["gunicorn", "app:app"]
        """,
    )
    assert values(found.environment) == {
        "WEB_CONCURRENCY": "5",
        "A": "b c",
        "OLD": "1 2",
        "OPEN": "environment variable NOBODY, no default",
    }
    assert found.environment["WEB_CONCURRENCY"].place == Place("api/prod.Dockerfile", 3)
    assert (found.folder, found.is_built, found.place.line) == ("api", True, 7)
    assert started("Dockerfile", "# nothing\n") == []


def test_a_unit_of_systemd() -> None:
    (found,) = started(
        "deploy/shop.service",
        """
        [Service]
        WorkingDirectory=/srv/shop
        Environment="WEB_CONCURRENCY=3" A=1
        EnvironmentFile=-/etc/default/shop.env
        ExecStart=/srv/venv/bin/gunicorn -b unix:/run/shop.sock \\
            shop.wsgi
        """,
    )
    assert words(found) == ["/srv/venv/bin/gunicorn -b unix:/run/shop.sock shop.wsgi"]
    assert (found.name, found.copies, found.env_files) == ("shop", None, ("deploy/shop.env",))
    assert values(found.environment) == {"WEB_CONCURRENCY": "3", "A": "1"}


def test_instances_of_a_unit_are_not_counted() -> None:
    (found,) = started("web@.service", "[Service]\nExecStart=\nExecStart=-/bin/gunicorn app:app\n")
    assert found.copies is not None
    assert found.copies.unknown == "how many instances of web@.service are started is not said"
    assert started("timer.service", "[Service]\nExecStart=\n") == []
