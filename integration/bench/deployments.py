"""What was measured of deploying, and how it compares: with the peers, the floor and itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from integration.bench.findings import Finding
from integration.bench.spent import Spent


@dataclass(frozen=True, slots=True)
class Case:
    """What is done, the *target* of the first who does it, and what its time is compared with.

    *against* has other cases of the first one: each with what it is called, and how many times as
    much is done here.
    """

    title: str
    target: str = ""
    against: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass
class Deployments:
    """Times by case and who did it; *first* is the one that has targets.

    *floors* are those of the raw requests, *requests* how many one needed.
    """

    first: str
    spent: defaultdict[tuple[str, str], list[Spent]] = field(
        default_factory=lambda: defaultdict(list)
    )
    floors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    requests: dict[tuple[str, str], int] = field(default_factory=dict)

    def findings(self, cases: Sequence[Case], floor: str) -> Iterator[Finding]:
        """Yield a row of each case and contender that was measured."""
        for case in cases:
            for title, who in self.spent:
                if title == case.title:
                    yield self._finding(case, who)
            if case.title in self.floors:
                yield Finding(f"{case.title}: {floor}", self.floors[case.title])

    def _finding(self, case: Case, who: str) -> Finding:
        found = self.spent[case.title, who]
        more = [*self._ratios(case)] if who == self.first else []
        if (case.title, who) in self.requests:
            more.append(f"{self.requests[case.title, who]} requests")
        more.append(f"at most {max(one.peak for one in found):.0f} MB")
        return Finding(
            f"{case.title}: {who}",
            [one.seconds for one in found],
            [one.processor for one in found],
            ", ".join(more),
            case.target if who == self.first else "",
        )

    def _ratios(self, case: Case) -> Iterator[str]:
        mine = self._median(case.title, self.first)
        for title, who in self.spent:
            if title == case.title and who != self.first:
                yield f"{mine / self._median(title, who):.2f} of {who}"
        if case.title in self.floors:
            yield f"{mine / median(self.floors[case.title]):.2f} of the POSTs"
        for title, (words, times) in case.against.items():
            if (title, self.first) in self.spent:
                yield f"{mine / self._median(title, self.first) / times:.2f} of {words}"

    def _median(self, title: str, who: str) -> float:
        return median(one.seconds for one in self.spent[title, who])
