"""What files say put together: which file's word counts for which process."""

from poolaudit.readers.running import said_in
from poolaudit.readers.running.process import Environment, Process, Way
from poolaudit.readers.running.together import Together
from tests.readers.running.documents import document, text, values


def processes(files: dict[str, str], given: Environment | None = None) -> tuple[Process, ...]:
    documents = [document(path, content) for path, content in files.items()]
    said = tuple(one for each in documents for one in said_in(each, {}))
    return Together(said, {one.path: one for one in documents}, given or {}).processes()


def one(files: dict[str, str]) -> Process:
    (found,) = processes(files)
    return found


def shown(found: Process) -> tuple[object, ...]:
    counts = (found.processes, found.threads, found.hosts)
    return (found.name, *(each.value if each.is_known else each.unknown for each in counts))


NO_HOSTS = "how many hosts run it is not said"
COMPOSE = "services:\n  web: {build: ., command: %s}\n"
GUNICORN = {"Dockerfile": 'FROM python\nENV WEB_CONCURRENCY=3\nCMD ["gunicorn", "app:app"]\n'}


def test_a_services_image_says_what_it_does_not() -> None:
    found = one(GUNICORN | {"compose.yml": "services:\n  web: {build: .}\n"})
    assert shown(found) == ("web", 3, 1, NO_HOSTS)
    assert [place.file for place in found.places] == ["compose.yml", "Dockerfile"]
    own = one(GUNICORN | {"compose.yml": COMPOSE % '"uwsgi -p 7"'})
    assert shown(own) == ("web", 7, 1, NO_HOSTS)
    assert values(own.environment) == {"WEB_CONCURRENCY": "3"}


def test_a_service_without_any_command() -> None:
    assert shown(one({"compose.yml": "services:\n  web: {build: .}\n"}))[1] == "what web runs is not said"


def test_arguments_for_the_images_entry_point() -> None:
    files = {"Dockerfile": 'FROM python\nENTRYPOINT ["gunicorn", "app:app"]\n', "compose.yml": COMPOSE % '"-w 6"'}
    assert shown(one(files)) == ("web", 6, 1, NO_HOSTS)


def test_images_are_found_by_name() -> None:
    deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %s}
    spec: {replicas: 2, template: {spec: {containers: [{name: app, image: "registry/acme/%s:1"}]}}}
    """
    found = processes(
        {
            "api/Dockerfile": "FROM python\nCMD gunicorn -w 2 api:app\n",
            "Dockerfile.worker": "FROM python\nCMD celery -A jobs worker -c 5\n",
            "k8s/api.yaml": deployment % ("front", "shop-api"),
            "k8s/worker.yaml": deployment % ("worker", "shop"),
        }
    )
    assert [(shown(each), each.folder) for each in found] == [(("front", 2, 1, 2), "api"), (("worker", 5, 1, 2), "")]


def test_a_buildpacks_procfile_says_what_a_manifest_does_not() -> None:
    spec = "spec: {template: {spec: {containers: [{image: shop}]}}}"
    manifest = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: shop-web}}\n{spec}\n"
    found = processes({"Procfile": "web: gunicorn -w 4 a:a\nworker: celery worker -c 2\n", "k8s/web.yaml": manifest})
    assert [shown(each) for each in found if each.way is Way.KUBERNETES] == [("shop-web", 4, 1, 1)]


def test_scripts_are_followed() -> None:
    files = {
        "Dockerfile": 'FROM python\nENTRYPOINT ["/docker/entrypoint.sh"]\nCMD ["./start.sh", "3"]\n',
        "docker/entrypoint.sh": '#!/bin/sh\nset -e\nexec "$@"\n',
        "start.sh": "#!/bin/sh\nexport THREADS=2\nexec gunicorn -w 5 --threads $THREADS app:app\n",
    }
    found = one(files)
    assert shown(found) == ("", 5, 2, NO_HOSTS)
    assert [place.file for place in found.places][0::2] == ["Dockerfile", "start.sh"]


def test_a_script_that_was_not_read() -> None:
    assert shown(one({"Procfile": "web: ./start.sh\n"}))[1] == "how many processes start.sh runs is not known"
    assert shown(one({"Procfile": "web: ./entrypoint.sh gunicorn -w 2 app:app\n"}))[1] == 2


def test_scripts_that_call_each_other_end() -> None:
    files = {
        "start.sh": "#!/bin/sh\nsh run.sh\n",
        "run.sh": "#!/bin/sh\nsh start.sh\n",
        "Procfile": "web: sh start.sh\n",
    }
    assert processes(files) == ()


def test_scripts_alone_count_only_where_they_serve() -> None:
    files = {"backup.sh": "#!/bin/sh\npython backup.py\n", "serve.sh": "#!/bin/sh\ngunicorn -w 2 app:app\n"}
    assert [shown(each) for each in processes(files)] == [("", 2, 1, NO_HOSTS)]


def test_only_the_last_of_several_commands_stays() -> None:
    found = one({"Procfile": 'web: sh -c "python wait.py && python manage.py migrate && gunicorn -w 2 a:a"\n'})
    assert shown(found)[1] == 2


def test_supervisords_programs_run_on_each_host() -> None:
    found = processes(
        {
            "supervisord.conf": "[program:web]\ncommand=gunicorn -w 2 a:a\nnumprocs=3\n"
            "[program:jobs]\ncommand=celery -A a worker -c 4\n",
            "compose.yml": "services:\n  app: {build: ., command: supervisord -n, scale: 2}\n",
        }
    )
    assert [shown(each) for each in found] == [("web", 6, 1, 2), ("jobs", 4, 1, 2)]
    assert found[0].processes.note == "numprocs 3 × -w 2"


def test_settings_files() -> None:
    named = {
        "uwsgi.ini": "[uwsgi]\nprocesses = 4\nthreads = 2\nmodule = shop.wsgi\n",
        "Procfile": "web: uwsgi uwsgi.ini\n",
    }
    found = one(named)
    assert shown(found) == ("web", 4, 2, NO_HOSTS)
    assert found.preload == found.places[0]
    over = one(named | {"Procfile": "web: uwsgi --ini /etc/uwsgi.ini --processes 9\n"})
    assert shown(over)[1:3] == (9, 2)
    other = one(named | {"Procfile": "web: uwsgi --ini other.ini\n"})
    assert shown(other)[1:3] == (1, 1)


def test_what_is_given_beats_all() -> None:
    (found,) = processes(GUNICORN, {"WEB_CONCURRENCY": text("8")})
    assert shown(found)[1] == 8
    files = {"start.sh": "#!/bin/sh\nexport WEB_CONCURRENCY=2\ngunicorn a:a\n"}
    (script,) = processes(files, {"WEB_CONCURRENCY": text("8")})
    assert shown(script)[1] == 2


def test_copies_that_are_not_known() -> None:
    found = one({"web@.service": "[Service]\nExecStart=/bin/gunicorn -w 2 a:a\n"})
    assert shown(found)[1] == "how many instances of web@.service are started is not said"


def test_a_chart_needs_its_file() -> None:
    files = {"chart/values.yaml": "replicaCount: 3\n", "Dockerfile": "FROM python\nCMD gunicorn -w 2 a:a\n"}
    assert [each.way for each in processes(files)] == [Way.DOCKERFILE]
    found = one(files | {"chart/Chart.yaml": "name: shop\n"})
    assert shown(found) == ("chart", 2, 1, 3)
    assert found.surge_hosts is not None
    assert found.surge_hosts.value == 1


def test_the_file_of_an_application() -> None:
    files = {"src/shop/wsgi.py": "", "src/jobs/__init__.py": ""}
    known = {path: document(path + ".txt", content) for path, content in files.items()}
    together = Together((), known, {})
    assert together.module_file("shop.wsgi:app", "") == "src/shop/wsgi.py"
    assert together.module_file("jobs:create()", "") == "src/jobs/__init__.py"
    assert together.module_file("src/shop/wsgi.py", "") == "src/shop/wsgi.py"
    assert together.module_file("wsgi.py", "src") == "src/shop/wsgi.py"
    assert together.module_file("nothing", "") == ""
    assert together.module_file("", "") == ""


def test_an_environment_that_is_shared_by_name() -> None:
    files = {
        "k8s/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: '1', B: '2'}\n",
        "k8s/web.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                spec:
                  containers:
                  - image: shop
                    command: [gunicorn, a:a]
                    envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: other}}]
                    env: [{name: B, value: "3"}]
            """,
    }
    assert values(one(files).environment) == {"A": "1", "B": "3"}
