"""Without the browser in the cache, a test that needs it says how to get it."""

from pathlib import Path

import pytest

from tests.browser import __main__ as command
from tests.browser import open_browser, recipe
from tests.servers.kinds import CACHE_VARIABLE, ServerError


def test_what_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    with pytest.raises(ServerError, match=r"python -m tests\.browser fetch"), open_browser():
        pass


def test_what_is_there_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    recipe.folder().mkdir()
    (recipe.folder() / "chromium").touch()
    said: list[str] = []
    assert recipe.fetch(said.append) == recipe.folder() / "chromium"
    assert said == []


def test_it_is_called_by_its_own_loader_with_its_own_fonts(tmp_path: Path) -> None:
    made, later = tmp_path / "made", tmp_path / "later"
    for folder in ("usr/lib/chromium", "usr/lib/x86_64-linux-gnu"):
        (made / "root" / folder).mkdir(parents=True)
    (made / "root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2").touch()
    recipe.write_command(made, made / "root", later)
    call = (made / "chromium").read_text()
    assert f'"{later}/root/usr/lib/chromium/loader" --library-path "{later}/root/usr/lib/x86_64-linux-gnu:' in call
    assert f"<dir>{later}/root/usr/share/fonts</dir>" in (made / "fonts.conf").read_text()
    assert (made / "root/usr/lib/chromium/loader").is_file()


def test_the_command_wants_one_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["tests.browser"])
    assert command.main() == 2
    assert "python -m tests.browser fetch" in capsys.readouterr().err
