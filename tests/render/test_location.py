"""Where a finding points, as a program needs it."""

import pytest

from poolaudit.facts.setting import Place
from poolaudit.render.location import file_of


@pytest.mark.parametrize(
    ("place", "file"),
    [
        (Place("app.yaml", 3), "app.yaml"),
        (Place("./app.yaml"), "app.yaml"),
        (Place("././/conf/app.yaml"), "conf/app.yaml"),
        (Place("../app.yaml"), "../app.yaml"),
        (Place("/srv/app.yaml"), "/srv/app.yaml"),
        (Place("./-odd.yaml"), "-odd.yaml"),
        (Place("--pool-size"), None),
        (Place("-"), None),
        (Place("./"), None),
        (Place(""), None),
        (None, None),
    ],
)
def test_a_file_is_named_from_here_and_an_option_is_none(place: Place | None, file: str | None) -> None:
    assert file_of(place) == file
