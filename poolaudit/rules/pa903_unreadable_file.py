"""PA903: a file that could not be read."""

from collections.abc import Iterator

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.unread import Unread
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA903", "unreadable-file", about=Unread, severity=Severity.INFO, since="0.1")
def check(unread: Unread, options: NoOptions) -> Iterator[Found]:
    """A file that looks as if it held pool settings could not be read.

    ## Why it matters

    Whatever it says is judged by nobody. It is never a finding: the rule is unanswered for each such file that was met
    in a folder, with the reason, and `--strict` makes that an exit code. A file that is named on the command line and
    cannot be read ends the run with exit code 3 instead.

    ## What to do

    Mend the file as the reason says, leave its folder out, or name the files that count.

    ## Fires

    Never.

    ## Stays quiet

    Where every file could be read.
    """
    _ = options
    raise FactMissingError(unread.missing)
    yield
