"""What modules are imported for: whatever document of the example projects one knows, and little else."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from poolaudit.readers import libraries, running
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.formats import parse
from poolaudit.readers.located import Located
from poolaudit.readers.tree import read_tree
from poolaudit.readers.worth import Worth

PROJECTS = Path(__file__).parents[1] / "projects"
HEAVY = (
    *("packaging", "pathspec", "sqlalchemy"),
    *("poolaudit.readers.python", "poolaudit.readers.running.together", "poolaudit.readers.running.process"),
    *(
        "poolaudit.readers.versions",
        "poolaudit.readers.requirements",
        "poolaudit.readers.filling",
        "poolaudit.collect.where",
        "json",
        "urllib.parse",
    ),
)

each_folder = pytest.mark.parametrize("folder", [libraries, running], ids=["libraries", "running"])


@pytest.fixture(name="documents", scope="module")
def _documents() -> tuple[Document, ...]:
    """Give every file of the examples, and every process's variables: a table without a text, as readers see it."""
    tree = read_tree(str(folder) for folder in sorted(PROJECTS.glob("*/*/*")) if folder.is_dir())
    every = tree.documents + tree.others
    variables = [Document(one.path, Kind.ENV, "", one.roots) for one in every if one.kind is Kind.ENV]
    return (*every, *variables)


@each_folder
def test_no_module_misses_a_document_that_it_knows(folder: ModuleType, documents: tuple[Document, ...]) -> None:
    for name, worth in folder.WORTH.items():
        module = import_module(f"{folder.__name__}.{name}")
        found = [one for one in documents if module.knows(one)]
        assert found, f"no example of {name}"
        assert [one.path for one in found if not worth.allows(one)] == [], name


@each_folder
def test_every_module_that_reads_is_in_the_table(folder: ModuleType) -> None:
    modules = sorted(path.stem for path in Path(str(folder.__file__)).parent.glob("*.py") if path.stem != "__init__")
    reading = [name for name in modules if hasattr(import_module(f"{folder.__name__}.{name}"), "knows")]
    assert list(folder.WORTH) == reading


def test_each_condition_counts() -> None:
    document = parse("deploy/app.yaml", Kind.YAML, "Kind: Deployment\n")
    assert Worth().allows(document)
    assert Worth(frozenset({Kind.YAML}), ("kind",), ("app",)).allows(document)
    assert not Worth(frozenset({Kind.JSON})).allows(document)
    assert not Worth(words=("services",)).allows(document)
    assert not Worth(names=("deploy",)).allows(document)


def test_variables_without_a_text_are_spoken_of_by_their_names() -> None:
    document = Document("compose.yaml", Kind.ENV, "", (Located({"DB_POOL_SIZE": Located("5")}),))
    assert Worth(words=("pool_size",)).allows(document)
    assert not Worth(words=("5",)).allows(document)


def test_one_file_of_yaml_takes_no_python_and_nothing_that_runs(tmp_path: Path) -> None:
    app = tmp_path / "app.yaml"
    app.write_text("database: {url: 'mysql://shop@db1/shop', pool_size: 5}\n")
    code = (
        "import sys; from poolaudit.readers.reading import read_paths;"
        "assert read_paths([sys.argv[1]]).deployments; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(app)], check=True, capture_output=True, text=True)
    assert [name for name in done.stdout.split() if name in HEAVY] == []
