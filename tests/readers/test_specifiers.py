"""Which version a specifier comes to.

What a specifier admits is packaging's own answer; that `Flask-SQLAlchemy<3` comes to 2.5.1 was found with pip 26.
"""

import pytest

from poolaudit.readers.specifiers import version_of

FLASK = "flask-sqlalchemy"


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("==2.5.1", (2, 5, 1)),
        ("===3.0.5", (3, 0, 5)),
        ("==3.1.*", (3, 1)),
        ("==2.*", (2, 5, 1)),
        ("~=3.0", (3, 0)),
        ("~=3.0.2", (3, 0, 2)),
        (">=3", (3,)),
        (">3.0", (3, 0)),
        (">=3.0.2,<4", (3, 0, 2)),
        (">=2.5", None),
        (">=2.5,<3", (2, 5, 1)),
        ("<3", (2, 5, 1)),
        ("<=2.5.1", (2, 5, 1)),
        ("<4", None),
        ("", None),
        ("!=3.0.0", None),
        ("nonsense", None),
    ],
)
def test_specifiers_of_flask_sqlalchemy(specifier: str, expected: tuple[int, ...] | None) -> None:
    assert version_of(FLASK, specifier) == expected


@pytest.mark.parametrize(
    ("package", "specifier", "expected"),
    [
        ("celery", ">=5.4", (5, 4)),
        ("celery", ">=4", None),
        ("apache-airflow", ">=2.3,<3", (2, 3)),
        ("sqlalchemy", "~=1.4", (1, 4)),
        ("oslo-db", ">=10", None),
        ("something", ">=3", None),
        ("something", ">=3,<4", (3,)),
        ("something", "==99999.*", None),
    ],
)
def test_specifiers_of_others(package: str, specifier: str, expected: tuple[int, ...] | None) -> None:
    assert version_of(package, specifier) == expected
