"""Run the tests of a release: the hooks of its chart that say ``test``, as ``helm test`` does."""

from collections.abc import Sequence
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.actions.release import revision_of
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.hooks import hooks_of, run_hooks
from werfish.deploy.owner import Owner
from werfish.deploy.record import recorded_hooks, with_runs
from werfish.deploy.scope import Scopes
from werfish.errors import ReleaseError, TrackError
from werfish.helm.manifests import Hook
from werfish.releases.lease import held
from werfish.releases.release import Release

EVENT = "test"


@dataclass(frozen=True, slots=True)
class ChosenTests:
    """Whose tests run: those of *names*, all where it is empty, but for the *excluded*."""

    owner: Owner
    names: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FinishedTests:
    """The tests that ran, each with its times and its phase; *problem* is what ended them early."""

    runs: tuple[dict[str, str], ...]
    problem: TrackError | None = None


class UntestableError(ReleaseError):
    """A release cannot be tested as it is."""


def run_tests(options: ChosenTests, by: DeployAdapters) -> FinishedTests:
    """Run the tests of the newest revision one by one, by weight, and record how each ended.

    The first that fails ends it. No deploy of the release begins meanwhile.
    """
    owner = options.owner
    _newest(owner, by)  # before anything is locked
    with held(by.cluster, owner.namespace, owner.release, by.locking()):
        release = _newest(owner, by)
        hooks = _chosen(options, recorded_hooks([release], Scopes(by.cluster).was_namespaced))
        run, problem = by.hook_run(owner), None
        try:
            run_hooks(EVENT, hooks, run)
        except TrackError as error:
            problem = error
        by.storage.update(with_runs(release, run.runs))
    facts = [
        {"test": hook.resource.id.name, **run.runs[hook.resource.id]}
        for hook in hooks_of(EVENT, hooks)
        if hook.resource.id in run.runs
    ]
    return FinishedTests(tuple(facts), problem)


def _newest(owner: Owner, by: DeployAdapters) -> Release:
    release = revision_of(owner, by.storage.history(owner.release), 0)
    if release.status.is_pending:
        raise UntestableError(
            f"test {owner}: revision {release.revision} is {release.status}",
            hint="wait until its deploy has ended; the next deploy repairs one that was killed",
        )
    return release


def _chosen(options: ChosenTests, hooks: Sequence[Hook]) -> tuple[Hook, ...]:
    """Return the tests that are asked for; `UntestableError` where there is none."""
    tests = {hook.resource.id.name: hook for hook in hooks_of(EVENT, hooks)}
    if unknown := sorted((options.names | options.excluded) - set(tests)):
        raise UntestableError(
            f'test {options.owner}: its chart has no test "{unknown[0]}"',
            hint=f"its tests: {', '.join(tests) or 'none'}",
        )
    chosen = (options.names or set(tests)) - options.excluded
    if not chosen:
        raise UntestableError(
            f"test {options.owner}: there is no test to run",
            hint='a test is a Pod or Job of the chart with the annotation "helm.sh/hook: test"',
        )
    return tuple(replace(hook, events=(EVENT,)) for name, hook in tests.items() if name in chosen)
