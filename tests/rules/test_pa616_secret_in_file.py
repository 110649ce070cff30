"""PA616: found wherever it stands, and never printed."""

import pytest

from tests.rules.run import run, severities

CANARY = "hunter2CANARY"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (f"url = 'mysql://app:{CANARY}@db/shop'", ["info"]),
        (f"url = 'mysql+pymysql://app:{CANARY}/x@db/shop'", ["info"]),
        (f"url = 'mysql://app:{CANARY}@{CANARY}@db/shop'", ["info"]),
        (f"url = 'mysql://db/shop?user=app&password={CANARY}'", ["info"]),
        (f"pool_size = 5\npassword = '{CANARY}'", ["info"]),
        (f"url = 'mysql://app:{CANARY}@db/shop'\npassword = '{CANARY}'", ["info", "info"]),
        (
            f"SQLALCHEMY_DATABASE_URI = 'mysql://app:{CANARY}@db/shop'\ndeployment = {{flask_sqlalchemy = '3'}}",
            ["info"],
        ),
        ("url = 'mysql://app@db/shop'", []),
        ("url = 'mysql://app:@db/shop'", []),
        ("url = 'mysql://app:***@db/shop'", []),
        ("url = 'mysql://app:<password>@db/shop'", []),
        ("url = 'mysql://app:${DB_PASSWORD}@db/shop'", []),
        ("url = 'mysql://app:{{ password }}@db/shop'", []),
        ("url = 'mysql://db:3306/shop'", []),
        ("pool_size = 5\npassword = '${DB_PASSWORD}'", []),
        ("pool_size = 5\npassword = ''", []),
        (f"url = 'postgresql://app:{CANARY}@db/shop'", []),
    ],
)
def test_where_it_is(toml: str, expected: list[str]) -> None:
    report = run("PA616", f"[[pools]]\n{toml}")
    assert severities(report) == expected
    assert CANARY not in repr(report)


def test_says_where() -> None:
    (finding,) = run("PA616", f"[[pools]]\nurl = 'mysql://app:{CANARY}@db/shop'").findings
    assert finding.message == "url of app.yaml holds a password in clear"
