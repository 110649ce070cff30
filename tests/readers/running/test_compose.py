"""Compose files, by the Compose specification."""

from poolaudit.facts.setting import Place
from poolaudit.readers.running.process import Served
from tests.readers.running.documents import said, started, text, values, words


def test_services() -> None:
    web, worker = started(
        "deploy/docker-compose.yml",
        """
        x-app: &app
          build: {context: .., dockerfile: deploy/Dockerfile.prod}
          environment: &env
            A: 1
            FLAG: true
            NONE:
        services:
          web:
            <<: *app
            command: gunicorn -w ${WORKERS:-4} $$EXTRA app:app
            scale: 2
          worker:
            <<: *app
            command: ["celery", "-A", "shop", "worker", "-c", "8"]
            environment:
              <<: *env
              A: ${UNSAID}
            env_file: [worker.env, {path: ../more.env}]
            deploy: {replicas: "${N:-3}"}
        """,
    )
    assert words(web) == ["gunicorn -w ${WORKERS:-4} $EXTRA app:app"]
    assert (web.folder, web.dockerfile, web.is_built) == ("", "deploy/Dockerfile.prod", True)
    assert web.hosts is not None
    assert (web.hosts.value, web.hosts.place) == (2, Place("deploy/docker-compose.yml", 11))
    assert values(web.environment) == {"A": "1", "FLAG": "true", "NONE": "environment variable NONE, no default"}
    assert worker.hosts is not None
    assert (worker.hosts.value, worker.hosts.note) == (3, "the default of environment variable N")
    assert values(worker.environment)["A"] == "environment variable UNSAID, no default"
    assert worker.env_files == ("deploy/worker.env", "more.env")
    assert words(worker) == ["celery -A shop worker -c 8"]


def test_the_env_file_beside_it_fills_in() -> None:
    (web,) = started(
        "compose.yaml",
        """
        services:
          web:
            image: shop
            environment: ["POOL=${POOL}", "HANDED_ON", "DOLLAR=a$$b"]
            command: gunicorn -w ${WORKERS} app
        """,
        {"POOL": text("5"), "HANDED_ON": text("x"), "WORKERS": text("2"), "ELSE": text("y")},
    )
    assert values(web.environment) == {"POOL": "5", "HANDED_ON": "x", "DOLLAR": "a$b"}
    assert values(web.commands[0].environment) == {"WORKERS": "2"}, "what no line names stays outside"


def test_what_compose_does_not_know_the_containers_environment_does_not_say() -> None:
    (web,) = started(
        "compose.yaml",
        "services:\n  web:\n    image: shop\n    environment: {W: 4}\n    command: gunicorn -w ${W} app\n",
    )
    assert values(web.commands[0].environment)["W"] == "environment variable W, no default"


def test_entrypoint_and_command() -> None:
    (web,) = started(
        "compose.yaml", 'services:\n  web:\n    build: .\n    entrypoint: ["gunicorn", "app"]\n    command: "-w 4"\n'
    )
    assert words(web) == ["gunicorn app -w 4"]
    (shell,) = started(
        "compose.yaml",
        'services:\n  web:\n    build: .\n    command: sh -c "sleep 5 && gunicorn app"\n',
    )
    assert words(shell) == ["sleep 5", "gunicorn app"]


def test_extends() -> None:
    found = started(
        "a/compose.yaml",
        """
        services:
          web: {extends: base}
          other: {extends: {service: web, file: ../common.yml}}
        """,
    )
    assert [one.extends for one in found] == [("a/compose.yaml", "base"), ("common.yml", "web")]


def test_a_database_servers_variables() -> None:
    (served,) = said(
        "compose.yaml",
        """
        services:
          db:
            image: mysql:8.4
            command: --max_connections=300 --wait-timeout 600 --skip-name-resolve --loose-foo=${FOO}
            volumes:
              - ./db/my.cnf:/etc/mysql/conf.d/my.cnf:ro
              - type: bind
                source: ./conf.d
                target: /etc/mysql/conf.d
              - data:/var/lib/mysql
        """,
    )
    assert isinstance(served, Served)
    assert {name: one.said for name, one in served.variables.items() if one.is_known} == {
        "max_connections": "300",
        "wait_timeout": "600",
        "skip_name_resolve": "ON",
    }
    assert served.variables["foo"].unknown == "environment variable FOO, no default"
    assert served.variables["max_connections"].place == Place("compose.yaml", 4)
    assert served.option_files == ("db/my.cnf", "conf.d")


def test_a_database_servers_options_in_a_list() -> None:
    (served,) = said(
        "compose.yaml",
        """
        services:
          db:
            image: registry.example/library/mariadb:11@sha256:0
            command:
              - mariadbd
              - --max_connections=100
            environment: {MARIADB_EXTRA_FLAGS: "--wait_timeout=60 --max_connections=1"}
        """,
    )
    assert isinstance(served, Served)
    assert {name: (one.said, one.place) for name, one in served.variables.items()} == {
        "max_connections": ("100", Place("compose.yaml", 6)),
        "wait_timeout": ("60", Place("compose.yaml", 7)),
    }


def test_what_is_no_compose_file() -> None:
    assert said("app.yaml", "services:\n  mail: {host: x}\n") == ()
    assert said("app.yaml", "services: []\n") == ()
    assert len(said("stack.yaml", "services:\n  web: {image: shop}\n")) == 1
