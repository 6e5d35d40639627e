"""Which commit ``--dev`` made last of a work tree: one small file each, which may be lost."""

import tempfile
from hashlib import sha256
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.git.errors import UnwritableRecordError


@dataclass(frozen=True, slots=True)
class DevRecord:
    """The file at *path* with the id of a commit."""

    path: Path

    def read(self) -> str:
        """Return the id, empty where there is none; whether it means anything is not checked."""
        try:
            return self.path.read_bytes().decode("ascii", "replace").strip()
        except OSError:
            return ""  # a lost record costs a rebuild, nothing else

    def write(self, commit: str) -> None:
        """Replace the record at once."""
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
                file.write(f"{commit}\n".encode())
            Path(file.name).replace(self.path)
        except OSError as error:
            problem = (error.strerror or str(error)).lower()
            raise UnwritableRecordError(self.path, problem) from error


def record_of(folder: Path, root: Path) -> DevRecord:
    """Return the record in *folder* of the work tree at *root*."""
    return DevRecord(folder / sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:32])
