"""What deploying and dismissing touch outside of themselves, and how they wait there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.deploy.await_change import wait_change, wait_there
from werfish.deploy.hooks import HookRun
from werfish.deploy.live import left_of
from werfish.deploy.owner import Owner
from werfish.deploy.webhooks import Insistence
from werfish.kube.cluster import Cluster
from werfish.kube.resource import Manifest, Resource, ResourceId
from werfish.kube.status_rule import StatusRule
from werfish.locks.lease import Locking
from werfish.log import Log
from werfish.releases.storage import ReleaseStorage
from werfish.track.errors import NotGoneError
from werfish.track.events import NOBODY, Decided, Observer
from werfish.track.gone import wait_gone
from werfish.track.verdict import Verdict
from werfish.track.watch import PROGRESS_SECONDS, track


@dataclass(frozen=True, slots=True)
class DeployAdapters:
    """A cluster, the records of one of its namespaces, and time.

    *clock* is monotonic, *now* returns seconds since 1970. *holder* is unique to this run and a
    valid value of a label, *process* is its `process_mark`. *timeout* bounds each wait, in
    seconds; 0 is no bound. *rules* say when the project's own kinds are ready. Every
    *progress_seconds* (0: never) what is waited for is written; hooks may have seconds of their
    own. *observer* is told of everything that happens.
    """

    cluster: Cluster
    storage: ReleaseStorage
    log: Log
    clock: Callable[[], float]
    now: Callable[[], float]
    holder: str
    timeout: float = 0
    progress_seconds: float = PROGRESS_SECONDS
    process: str = ""
    rules: tuple[StatusRule, ...] = ()
    observer: Observer = NOBODY
    hooks_progress_seconds: float | None = None

    def wait_ready(
        self,
        resources: Sequence[Resource],
        title: str = "",
        *,
        changed: bool = True,
        untouched: Collection[ResourceId] = (),
    ) -> None:
        """Return when *resources* are ready; `TrackError` where one will not be.

        *title* says to a person what they are; *changed*, that they were so just now, but for the
        *untouched*.
        """
        if resources:
            track(
                resources,
                cluster=self.cluster,
                log=self.log,
                clock=self.clock,
                timeout=self.timeout or None,
                progress_seconds=self.progress_seconds,
                rules=self.rules,
                observer=self.observer,
                title=title,
                changed=changed,
                untouched=untouched,
            )

    def wait_gone(self, going: Mapping[ResourceId, str]) -> None:
        """Return when nothing of *going*, each with its uid, is there.

        `TrackError` where that takes too long.
        """
        left = left_of(self.cluster, going)
        if not left:
            return
        began = self.clock()
        try:
            wait_gone(
                left,
                cluster=self.cluster,
                log=self.log,
                clock=self.clock,
                timeout=self.timeout or None,
                progress_seconds=self.progress_seconds,
            )
        except NotGoneError as error:
            passed = self.clock() - began
            self.observer.note(
                Decided(Verdict.WAITING, len(left), passed, str(error), lacking=error.present)
            )
            raise

    def wait_change(self, id: ResourceId, version: str, seconds: float) -> None:
        """Return when *id* is no longer of *version*, or after *seconds*."""
        wait_change(self.cluster, id, version, seconds, clock=self.clock)

    def wait_there(self, id: ResourceId, seconds: float) -> Manifest | None:
        """Return *id* as soon as it is there, None where it is not after *seconds*."""
        return wait_there(self.cluster, id, seconds, clock=self.clock)

    def insistence(self) -> Insistence:
        """Return what meets admission webhooks that are away."""
        return Insistence(self.log.warning)

    def locking(self) -> Locking:
        """Return what taking the Lease of a release needs."""
        return Locking(
            self.holder, self.clock, self.now, self.wait_change, self.log, process=self.process
        )

    def hook_run(self, owner: Owner) -> HookRun:
        """Return what running the hooks of *owner* needs."""
        own = self.hooks_progress_seconds
        by = self if own is None else replace(self, progress_seconds=own)
        return HookRun(
            self.cluster,
            owner,
            self.log,
            by.wait_ready,
            by.wait_gone,
            self.now,
            observer=self.observer,
            insistence=self.insistence(),
        )
