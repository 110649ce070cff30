"""Shares, without ever dividing by nothing."""


def share_of(part: float, whole: float) -> float:
    """Give a part's share of a whole; a whole of nothing counts as one, so that a share is always a finite number."""
    return part / max(whole, 1)
