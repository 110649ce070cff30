"""Two programs run in turn, and how much longer the one takes than the other."""

from dataclasses import dataclass
from statistics import median, quantiles

from bench.running import Command, seconds

PAIRS = 25
WARM_UPS = 2


@dataclass(frozen=True)
class Comparison:
    """A program beside the one that it is measured against: medians in seconds, and the ratio of each pair."""

    name: str
    against: str
    seconds: float
    base_seconds: float
    ratios: tuple[float, ...]
    limit: float | None

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return median(self.ratios)

    @property
    def middle_half(self) -> tuple[float, float]:
        """The ratios between which half of the pairs lie."""
        low, _, high = quantiles(self.ratios, n=4)
        return low, high

    @property
    def is_met(self) -> bool:
        """Whether the ratio keeps to its limit."""
        return self.limit is None or self.ratio <= self.limit


def compare(
    command: Command, base: Command, limit: float | None = None, pairs: int = PAIRS, warm_ups: int = WARM_UPS
) -> Comparison:
    """Run the two in turn, A B A B …, so that a busy moment of the machine meets both."""
    for _ in range(warm_ups):
        seconds(base)
        seconds(command)
    runs = [(seconds(base), seconds(command)) for _ in range(pairs)]
    return Comparison(
        name=command.name,
        against=base.name,
        seconds=median(own for _, own in runs),
        base_seconds=median(of_base for of_base, _ in runs),
        ratios=tuple(own / of_base for of_base, own in runs),
        limit=limit,
    )
