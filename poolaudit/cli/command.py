"""How poolaudit's commands and options look: help in sections, and nothing of an argument echoed that may be secret."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from poolaudit.cli.say import write_stdout

_HELP = "Show this page and exit."

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]


def _show_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click calls it so
    if wanted and not context.resilient_parsing:
        write_stdout(context.get_help() + "\n")
        context.exit()


class WithHelp(click.Command):
    """A command whose --help is written by poolaudit's own means, which know of closed pipes and full disks."""

    _own_help: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give --help as click does, less its search for translations, which takes 2 ms of every start."""
        names = self.get_help_option_names(ctx)
        if not names or not self.add_help_option:
            return None
        if self._own_help is None:
            self._own_help = click.Option(
                names, is_flag=True, is_eager=True, expose_value=False, callback=_show_help, help=_HELP
            )
        return self._own_help


class Option(click.Option):
    """An option that stands in a section of the help, and may be shown there otherwise than click would."""

    def __init__(self, *args: Any, section: str = "Options", shown: str | None = None, **rest: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **rest)
        self.section = section
        self.shown = shown

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the option's two columns of the help."""
        record = super().get_help_record(ctx)
        return (self.shown, record[1]) if record is not None and self.shown is not None else record


class Command(WithHelp):
    """A command with its options in sections and, unless it has a parameter for them, no arguments."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options section by section, in the order in which they were declared; --help comes last."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in sorted(self.get_params(ctx), key=lambda one: not isinstance(one, Option)):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                sections.setdefault(getattr(parameter, "section", "Help"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records, col_max=28)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but refuse arguments too many without repeating them: one may be a password."""
        ctx.allow_extra_args = True
        asks = any(parameter.name == "ask_password" for parameter in self.params)
        rest = super().parse_args(ctx, _as_mysql(args) if asks else args)
        if rest:
            hint = "; name the server with --dsn" if "://" in rest[0] else ""
            raise click.UsageError(f"{self.name} takes {_arguments(self)}{hint}", ctx)
        return rest


def _as_mysql(args: list[str]) -> list[str]:
    """Read -p as mysql does: alone it asks, and what is attached to it is the password, even with a dash before it."""
    end = args.index("--") if "--" in args else len(args)
    return [_password_as_option(one) for one in args[:end]] + args[end:]


def _password_as_option(argument: str) -> str:
    if argument in {"-p", "--password"}:
        return "--ask-password"
    return f"--password={argument[2:]}" if argument.startswith("-p") else argument


def _arguments(command: click.Command) -> str:
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    return "one argument at most" if arguments else "options only, no argument"


def option(section: str, *names: str, **attributes: Any) -> Callable[[F], F]:  # noqa: ANN401 - click's own attributes
    """Declare an option that stands in a section of the help."""
    return click.option(*names, cls=Option, section=section, **attributes)


def together(name: str, kind: Any, *options: Decorator[Any]) -> Decorator[Any]:  # noqa: ANN401 - a class of any fields
    """Declare options that reach the command as one object: a `kind`, whose fields they are, under `name`."""

    def add(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def given_one(**values: object) -> int:
            own = {field: values.pop(field) for field in kind.__annotations__}
            return command(**values, **{name: kind(**own)})

        decorated = given_one
        for declare in reversed(options):
            decorated = declare(decorated)
        return decorated

    return add
