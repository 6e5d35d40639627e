"""The folder of what werfish keeps on this host."""

from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.cli.flags import ProjectFlags


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of caches and locks on this host; everything in it can be made again."""

    path: Path

    @property
    def blobs(self) -> Path:
        """Compressed layers."""
        return self.path / "blobs"

    @property
    def facts(self) -> Path:
        """What is known of images."""
        return self.path / "facts"

    @property
    def stages(self) -> Path:
        """The index of local stages, and what each was made of."""
        return self.path / "stages"

    @property
    def leases(self) -> Path:
        """Who is building, so that the remains of the killed are known."""
        return self.path / "leases"

    @property
    def locks(self) -> Path:
        """Locks of this host."""
        return self.path / "locks"

    @property
    def dev(self) -> Path:
        """Which commit ``--dev`` made last of each work tree."""
        return self.path / "dev"

    @property
    def mounts(self) -> Path:
        """Folders that instructions keep from build to build, by project."""
        return self.path / "mounts"

    @property
    def mount_runs(self) -> Path:
        """From which commits those, and other folders of this host, were filled."""
        return self.path / "mount-runs"

    @property
    def git(self) -> Path:
        """Copies of remote repositories."""
        return self.path / "git"

    @property
    def ci_env(self) -> Path:
        """Credentials and scripts of jobs of CI systems; only this user may read them."""
        return self.path / "ci-env"

    @property
    def openapi(self) -> Path:
        """Schemas of clusters, by their hash."""
        return self.path / "openapi"


def home_of(flags: ProjectFlags) -> Home:
    """Return the home: ``~/.werfish``, or ``werfish/`` in the folder that the user named."""
    if flags.home_dir:
        return Home(Path(flags.home_dir).expanduser() / "werfish")
    return Home(Path.home() / ".werfish")


def werf_home_of(flags: ProjectFlags) -> Path:
    """Return werf's own home, where the user's global secret key is."""
    return Path(flags.home_dir).expanduser() if flags.home_dir else Path.home() / ".werf"
