"""Which rules judge, by which thresholds, and what is accepted until when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fnmatch import fnmatchcase
from math import inf
from typing import Any, NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.report import Finding, Ignore, Severity
from poolaudit.rule import Rule

AnyRule = Rule[Any, Any]
_SETTINGS_KEYS = frozenset({"fail-on", "select", "ignore", "rules", "servers", "report", "mail", "history"})
_IGNORE_KEYS = frozenset({"rule", "client", "file", "server", "reason", "until"})


class PolicyError(ValueError):
    """The settings say something that poolaudit does not know; the message names the key and the nearest right one."""


class Baseline(NamedTuple):
    """What was known before: findings by their fingerprint, each with the severity it then had.

    `ignore` stands for all of them. A finding that has become worse is new.
    """

    ignore: Ignore
    known: Mapping[str, Severity]

    def accepts(self, finding: Finding) -> bool:
        """Whether the finding was known, and was no milder."""
        return finding.severity <= self.known.get(finding.fingerprint, 0)


class Policy(NamedTuple):
    """What the person who runs the audit decided.

    `select` and `deselect` hold codes, prefixes of codes, or names; an empty `select` means all rules. `options` has a
    rule's options by its code where they differ from the defaults. `fail_on` is the severity from which on an audit
    fails, None for never. `server` is the name of the one server whose audit this is, "" where none is named.
    """

    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    options: Mapping[str, object] | None = None
    ignores: tuple[Ignore, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    baseline: Baseline | None = None
    server: str = ""

    def selects(self, rule: AnyRule) -> bool:
        """Whether the rule is to judge."""
        wanted = not self.select or any(_names(selector, rule) for selector in self.select)
        return wanted and not any(_names(selector, rule) for selector in self.deselect)

    def options_of(self, rule: AnyRule) -> object:
        """Give the thresholds that the rule judges by."""
        return (self.options or {}).get(rule.code, rule.options())

    def ignore_of(self, finding: Finding, today: date, pool: Place | None = None) -> Ignore | None:
        """Give the first ignore that accepts the finding and has not run out, else the baseline's, else None.

        `pool` is where the pool begins that the finding is about.
        """
        for ignore in self.ignores:
            if ignore.server in {None, self.server} and _accepts(ignore, finding, today, pool):
                return ignore
        known = self.baseline is not None and self.baseline.accepts(finding)
        return self.baseline.ignore if self.baseline is not None and known else None


def _names(selector: str, rule: AnyRule) -> bool:
    return selector == rule.name or rule.code.startswith(selector.upper())


def _accepts(ignore: Ignore, finding: Finding, today: date, pool: Place | None) -> bool:
    if ignore.rule not in {finding.rule, finding.code} or ignore.is_over(today):
        return False
    if ignore.covers is not None and ignore.covers not in {finding.at, pool}:
        return False
    if ignore.file is not None and not _is_in(ignore.file, finding.at):
        return False
    if ignore.client is None:
        return True
    pattern = ignore.client.replace("[", "[[]").replace("?", "[?]")
    return any(fnmatchcase(name, pattern) for name in (finding.about, finding.about.partition(" (")[0]))


def _is_in(pattern: str, place: Place | None) -> bool:
    """Whether a place is in a file that a pattern names; both are as seen from the working folder."""
    return place is not None and fnmatchcase(place.file.removeprefix("./"), pattern.removeprefix("./"))


def policy_from(settings: Mapping[str, Any], rules: Iterable[AnyRule], file: str | None = None) -> Policy:
    """Read a policy from a settings file's table; PolicyError where a key, rule, option or value is not right."""
    rules = tuple(rules)
    _refuse_unknown(settings, _SETTINGS_KEYS, "setting")
    servers = _names_of(settings.get("servers"))
    return Policy(
        select=_selectors(settings.get("select", ()), rules, "select"),
        options=_options(settings.get("rules", {}), rules),
        ignores=tuple(_ignore(entry, rules, file, servers) for entry in _tables(settings.get("ignore", []))),
        fail_on=fail_on_named(settings.get("fail-on", "error")),
    )


def fail_on_named(word: object) -> Severity | None:
    """Give the severity of a word, None for `never`; PolicyError where there is none."""
    words: dict[str, Severity | None] = {severity.word: severity for severity in Severity} | {"never": None}
    if not isinstance(word, str) or word not in words:
        raise PolicyError(f"fail-on is {word!r}, which is none of {', '.join(words)}")
    return words[word]


def check_selectors(selectors: Iterable[str], rules: Iterable[AnyRule], key: str) -> tuple[str, ...]:
    """Give the selectors back; PolicyError at the first that names no rule."""
    rules = tuple(rules)
    checked = tuple(selectors)
    for selector in checked:
        if not isinstance(selector, str) or not selector or not any(_names(selector, rule) for rule in rules):
            known = [name for rule in rules for name in (rule.name, rule.code)]
            raise PolicyError(f"{key}: no rule is called {selector!r}{nearest(str(selector), known)}")
    return checked


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known name a wrong one was probably meant to be: `; did you mean 'select'?`, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    known = list(known)
    begun = [name for name in known if word and name.startswith(word)]
    close = begun or get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _selectors(value: object, rules: tuple[AnyRule, ...], key: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise PolicyError(f'{key} is to be a list, as in {key} = ["PA2", "connections-near-limit"]')
    return check_selectors(value, rules, key)


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    known = sorted(known)
    for key in table:
        if key not in known:
            hint = nearest(key, known) or (f"; there are {', '.join(known)}" if known else "; there are none")
            raise PolicyError(f"unknown {what} {key!r}{hint}")


def _tables(value: object) -> list[Mapping[str, Any]]:
    if isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value):
        return value
    raise PolicyError("ignore is to be a list of tables, each under [[ignore]]")


def _options(tables: object, rules: tuple[AnyRule, ...]) -> dict[str, object]:
    if not isinstance(tables, Mapping):
        raise PolicyError("rules is to hold a table for each rule, as in [rules.idle-in-transaction]")
    by_name = {name: rule for rule in rules for name in (rule.name, rule.code)}
    options = {}
    for name, table in tables.items():
        if name not in by_name:
            raise PolicyError(f"rules: no rule is called {name!r}{nearest(name, by_name)}")
        if not isinstance(table, Mapping):
            raise PolicyError(f"rules.{name} is to be a table")
        rule = by_name[name]
        if rule.code in options:
            raise PolicyError(f"rules.{rule.name} and rules.{rule.code} are one rule; give its options in one table")
        options[rule.code] = _options_of(rule, table)
    return options


def _options_of(rule: AnyRule, table: Mapping[str, Any]) -> object:
    defaults = rule.options._field_defaults
    _refuse_unknown(table, defaults, f"option of {rule.name}")
    for key, value in table.items():
        if not _is_like(value, defaults[key]):
            kind = "a whole number" if isinstance(defaults[key], int) else "a number"
            raise PolicyError(f"rules.{rule.name}.{key} is {value!r}, but is to be {kind} from 0")
    return rule.options(**table)


def _is_like(value: object, default: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value < inf and (isinstance(default, float) or isinstance(value, int))


def _names_of(servers: object) -> list[str]:
    """Give the names of [[servers]]; whether the rest of them is right is not asked here."""
    tables = servers if isinstance(servers, list) else []
    names = [table.get("name") for table in tables if isinstance(table, Mapping)]
    return [name for name in names if isinstance(name, str)]


def _ignore(entry: Mapping[str, Any], rules: tuple[AnyRule, ...], file: str | None, servers: list[str]) -> Ignore:
    _refuse_unknown(entry, _IGNORE_KEYS, "key of [[ignore]]")
    name, reason, client, pattern, until = (entry.get(key) for key in ("rule", "reason", "client", "file", "until"))
    server = entry.get("server")
    if not isinstance(name, str):
        raise PolicyError("an [[ignore]] says no rule; name the rule that it is about")
    if name not in {known for rule in rules for known in (rule.name, rule.code)}:
        names = [known for rule in rules for known in (rule.name, rule.code)]
        raise PolicyError(f"[[ignore]]: no rule is called {name!r}{nearest(name, names)}")
    if not isinstance(reason, str) or not reason.strip():
        raise PolicyError(f"the [[ignore]] of {name} gives no reason; say why it is accepted")
    for key, text in (("client", client), ("file", pattern), ("server", server)):
        if text is not None and not isinstance(text, str):
            raise PolicyError(f"the [[ignore]] of {name} has a {key} that is no text")
    if server is not None and server not in servers:
        raise PolicyError(f"the [[ignore]] of {name}: no server is called {server!r}{nearest(server, servers)}")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        raise PolicyError(f"the [[ignore]] of {name} has until = {until!r}, which is no date like 2026-12-31")
    return Ignore(name, reason, client, until, Place(file) if file else None, file=pattern, server=server)
