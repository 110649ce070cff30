"""What of a program's statements is plain without running them."""

import ast

from poolaudit.readers.python.names import branches

_ENDING = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort"})


def is_main(test: ast.expr) -> bool:
    """Whether a condition asks for the file that is run as a script."""
    return ast.unparse(test) in {"__name__ == '__main__'", "'__main__' == __name__"}


def settled(test: ast.expr) -> bool | None:
    """Say whether a condition holds for an application on MySQL; None where that is not plain."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    ours, others = branches(test)
    return True if ours else False if others else None


def loops_surely(source: ast.expr) -> bool:
    """Whether a loop over an expression is gone through at least once, as far as it can be seen."""
    is_range = isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "range"
    return is_range or (isinstance(source, (ast.Tuple, ast.List, ast.Set)) and bool(source.elts))


def ends_here(node: ast.stmt) -> bool:
    """Whether a statement ends the program or a loop's round."""
    if isinstance(node, (ast.Continue, ast.Break)):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in _ENDING
