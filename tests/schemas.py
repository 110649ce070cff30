"""Holds a YAML text against a schema that check-jsonschema brings with it.

Its own command is not run: that needs a newer click than the lowest one poolaudit works with.
"""

import json
import re
from importlib.metadata import distribution
from pathlib import Path

import yaml
from jsonschema.validators import validator_for

VENDORED = "check_jsonschema/builtin_schemas/vendor"


class _Loader(yaml.SafeLoader):
    """Reads YAML 1.2's switches, as GitHub and GitLab do: `on` is a word, and the name of a workflow's triggers."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML declares it as an instance's
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


def faults(schema: str, text: str) -> list[str]:
    """Give what is wrong with a text by the schema of a name (`compose-spec`)."""
    file = distribution("check-jsonschema").locate_file(f"{VENDORED}/{schema}.json")
    rules = json.loads(Path(str(file)).read_text(encoding="utf-8"))
    document = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    return [error.message for error in validator_for(rules)(rules).iter_errors(document)]
