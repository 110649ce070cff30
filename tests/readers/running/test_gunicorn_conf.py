"""gunicorn's settings file: which files are taken for one, and workers that are said by the processors."""

import ast

import pytest

from poolaudit.readers.running.gunicorn_conf import workers_by_cpus


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("workers = multiprocessing.cpu_count() * 2 + 1", (2, 1)),
        ("workers = 1 + 2 * os.cpu_count()", (2, 1)),
        ("workers = cpu_count()", (1, 0)),
        ("cores = cpu_count()\nmore = 3\nworkers = int(cores) * more", (3, 0)),
        ("workers = (cpu_count() + 1) * 2", (2, 2)),
        ("workers = cpu_count() * cpu_count()", None),
        ("workers = min(cpu_count(), 8)", None),
        ("workers = cpu_count() // 2", None),
        ("workers = cpu_count() + other", None),
        ("workers = cpu_count() * 1.5", None),
        ("threads = 2", None),
        ("workers = workers", None),
    ],
)
def test_workers_for_each_processor(source: str, expected: tuple[int, int] | None) -> None:
    assert workers_by_cpus(ast.parse(source)) == expected
