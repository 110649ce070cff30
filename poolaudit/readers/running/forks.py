"""Which Python files may start processes of their own."""


def may_fork(text: str) -> bool:
    """Whether a Python file may start processes, by its words."""
    return "multiprocessing" in text or "ProcessPoolExecutor" in text
