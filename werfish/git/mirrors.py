"""Bare copies of remote repositories, kept on this machine and brought up to date once a run.

A copy appears whole or not at all: it is made beside its place and renamed. What a killed run
left unfinished is removed by the next one. A commit counts as present only where a ref of the copy
leads to it, since git moves refs when everything below them is there. A copy that turns out to be
damaged is thrown away and made anew: nothing is in it that its server does not have.
"""

import errno
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from werfish.errors import GitError
from werfish.git.command import run_git
from werfish.git.errors import CommandError
from werfish.git.mirror_folder import (
    identity_of,
    put_in_place,
    remove_all,
    remove_unfinished,
    unfinished_name,
)
from werfish.git.mirror_refs import full_name, kept_as, name_of, refspec
from werfish.git.refs import has_commit, is_commit_id
from werfish.git.remote_errors import (
    NoRemoteRepositoryError,
    Remote,
    RemoteError,
    ShortCommitError,
    UnknownRefError,
    UnwritableMirrorError,
)
from werfish.git.transport import Connection

Held = Callable[[str], AbstractContextManager[None]]
"""Hold the lock of a name, among all processes of this machine."""

_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_SHA256_DIGITS = 64


class Mirror:
    """The copy of one repository below *folder*; *wanted* is what this run takes of it.

    That is a place of the configuration by ref, which is as for `stages.mapping.RemoteRepository`.
    *say* is told of each transfer. Threads may share it.
    """

    def __init__(
        self,
        folder: Path,
        connection: Connection,
        wanted: Mapping[str, str],
        held: Held,
        say: Callable[[str], None],
    ) -> None:
        """Do nothing yet."""
        self.connection = connection
        self.name = sha256(connection.access.url.encode()).hexdigest()[:32]
        self.root = folder / self.name
        self._wanted = dict(wanted)
        self._held, self._say = held, say
        self._lock = threading.Lock()
        self._commits: dict[str, str] | None = None
        self._failure: GitError | None = None
        self._seen, self._is_renewed = "", False

    def commit(self, ref: str) -> str:
        """Return the id of the commit that *ref* (``branch:master``) leads to; it is in the copy.

        Errors are `RemoteError`: the server's, or that there is no such ref.
        """
        with self._lock:
            if self._failure:
                raise self._failure
            if self._commits is None:
                self._commits = self._locked(self._update)
        if not self._commits.get(ref):
            raise UnknownRefError(self._remote(ref), ref)
        return self._commits[ref]

    def renew(self) -> None:
        """Make the copy anew, for it is damaged; the commits of this run stay what they were.

        That happens once a run.
        """
        with self._lock:
            if not self._is_renewed:
                self._commits = self._locked(self._renewed)
                self._is_renewed = True

    def _remote(self, ref: str) -> Remote:
        return replace(self.connection.remote, place=self._wanted.get(ref, ""))

    def _locked(self, work: Callable[[], dict[str, str]]) -> dict[str, str]:
        try:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            with self._held(f"git-{self.name}"):
                done = work()
                self._seen = identity_of(self.root)
                return done
        except GitError as error:
            self._failure = error
            raise
        except OSError as error:
            if error.errno == errno.EINVAL:  # a mistake of ours, not of the disk
                raise
            problem = (error.strerror or str(error)).lower()
            self._failure = UnwritableMirrorError(self.root, problem)
            raise self._failure from error

    def _update(self) -> dict[str, str]:
        remove_unfinished(self.root)
        commits = self._named()
        missing = {ref: oid for ref, oid in commits.items() if not self._is_whole(ref, oid)}
        if missing:
            self._say(f"fetching {self.connection.remote.url}")
            commits |= self._fetched(missing)
        return commits

    def _renewed(self) -> dict[str, str]:
        commits = {ref: oid for ref, oid in (self._commits or {}).items() if oid}
        if identity_of(self.root) == self._seen:  # else another process has done it
            self._say(f"the copy of {self.connection.remote.url} is damaged: fetching it anew")
            self._make(commits)
        lost = {oid for oid in commits.values() if not has_commit(self.root, oid)}
        for oid in sorted(lost):  # the branch has moved on since
            self._fetch_commit(self.root, f"commit:{oid}", oid)
        return commits

    def _named(self) -> dict[str, str]:
        """Return the ids of what is wanted; the server is asked only for names that may move."""
        commits = {ref: name_of(ref) for ref in self._wanted if ref.startswith("commit:")}
        for ref, oid in commits.items():
            if not is_commit_id(oid):
                raise ShortCommitError(self._remote(ref), oid)
        patterns = {ref: full_name(ref) for ref in self._wanted if ref not in commits}
        if patterns:
            names = tuple(name for full in patterns.values() for name in (full, f"{full}^{{}}"))
            found = self.connection.list_refs(self.root.parent, names)
            for ref, full in patterns.items():
                oid = found.get(f"{full}^{{}}") or found.get(full, "")
                commits |= {ref: oid} if oid else {}
        return commits

    def _is_whole(self, ref: str, oid: str) -> bool:
        if not self.root.exists():
            return False
        if self._kept(self.root, ref) == oid:
            return True
        arguments = ("for-each-ref", "--count=1", f"--contains={oid}")
        done = run_git(self.root, *arguments, codes=(0, 128, 129))
        return ref.startswith("commit:") and done.code == 0 and bool(done.stdout)

    def _fetched(self, missing: dict[str, str]) -> dict[str, str]:
        """Fetch what is *missing*, and return what it is now: a branch may have moved again."""
        if self.root.exists():
            try:
                self._fetch(self.root, missing)
                kept = self._all_kept(missing)
            except GitError as error:
                # Where the server is to blame, it says the same again.
                if not _may_be_damage(error):
                    raise
                kept = {}
            if kept and all(kept.values()):
                return kept
        self._make(missing)
        return self._all_kept(missing)

    def _make(self, missing: dict[str, str]) -> None:
        new = Path(tempfile.mkdtemp(prefix=unfinished_name(self.root), dir=self.root.parent))
        try:
            length = max(len(oid) for oid in missing.values())
            kind = ("--object-format=sha256",) if length == _SHA256_DIGITS else ()
            run_git(new, "init", "--quiet", "--bare", "--template=", *kind, ".git")
            self._fetch(new, missing)
            put_in_place(new, self.root)
        finally:
            remove_all(new)

    def _fetch(self, root: Path, missing: dict[str, str]) -> None:
        moving = tuple(
            refspec(full_name(ref), ref) for ref in missing if not ref.startswith("commit:")
        )
        if moving:
            self._fetch_moving(root, moving)
        for ref, oid in missing.items():
            if ref.startswith("commit:"):
                self._fetch_commit(root, ref, oid)

    def _fetch_moving(self, root: Path, moving: tuple[str, ...]) -> None:
        """Fetch what the refs are now; once more where they moved since the server was asked."""
        try:
            self.connection.fetch(root, moving)
        except RemoteError as error:
            if not _is_refused(error):
                raise
            self.connection.fetch(root, moving)

    def _fetch_commit(self, root: Path, ref: str, oid: str) -> None:
        """Fetch a commit by its id; where the server does not allow that, with everything."""
        try:
            self.connection.fetch(root, (refspec(oid, ref),))
        except RemoteError as error:
            if not _is_refused(error):
                raise
            self.connection.fetch(root, _EVERYTHING, "--prune")
            done = run_git(root, "update-ref", kept_as(ref), oid, codes=(0, 1, 128))
            if done.code != 0:
                raise UnknownRefError(self._remote(ref), ref) from error

    def _kept(self, root: Path, ref: str) -> str:
        arguments = ("rev-parse", "--verify", "--quiet", f"{kept_as(ref)}^{{commit}}")
        return run_git(root, *arguments, codes=(0, 1, 128)).text.strip()

    def _all_kept(self, refs: Mapping[str, str]) -> dict[str, str]:
        return {ref: self._kept(self.root, ref) for ref in refs}


def _is_refused(error: RemoteError) -> bool:
    said = error.problem.lower()
    signs = ("unadvertised object", "not our ref", "couldn't find remote ref", "remote error")
    return any(sign in said for sign in signs)


def _may_be_damage(error: GitError) -> bool:
    """Whether *error* may be the copy's: git says of both ends that something is not there."""
    return type(error) in (RemoteError, NoRemoteRepositoryError, CommandError)
