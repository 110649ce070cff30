"""Paths that stand in files."""

import pytest

from poolaudit.readers.document import joined


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [
        ("", "api", "api"),
        ("", ".", ""),
        ("", "./api/", "api"),
        ("deploy", "..", ""),
        ("deploy", "../api", "api"),
        ("", "../api", "../api"),
        ("./shop", "api", "./shop/api"),
        ("./shop", "..", "."),
        ("./shop", ".", "./shop"),
        ("/srv/shop", "../other", "/srv/other"),
        ("../shop", "api", "../shop/api"),
    ],
)
def test_paths_are_written_as_their_files_are(folder: str, path: str, expected: str) -> None:
    assert joined(folder, path) == expected
