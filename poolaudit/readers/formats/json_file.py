"""A JSON file as located values: its syntax checked by json, its lines from the composer of YAML, which JSON is."""

import json

from poolaudit.errors import CannotAuditError
from poolaudit.readers.formats import yaml_file
from poolaudit.readers.located import Located


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read the one value of a text; CannotAuditError with file and line where it is not JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise CannotAuditError(f"{path}:{error.lineno}: this is not JSON that can be read") from None
    except (RecursionError, ValueError):
        raise CannotAuditError(f"{path}: this is not JSON that can be read: it nests too deeply") from None
    # A tab may stand between JSON's tokens but not YAML's; within a text it is an escape, so that columns stay.
    return yaml_file.parse(text.replace("\t", " "), path)
