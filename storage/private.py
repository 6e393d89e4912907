"""Files that are for their owner alone: people's health is in them, and nobody else on this machine reads it."""

import logging
import stat
from pathlib import Path

log = logging.getLogger(__name__)

FILE_MODE, FOLDER_MODE = 0o600, 0o700
OTHERS = 0o077
"""What group and others may do."""


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone; one that is there is left as it is, for it may hold more than ours."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            one.mkdir(mode=FOLDER_MODE, exist_ok=True)


def tighten(file: Path) -> bool:
    """Take from group and others what they may do with a file, and say so in the log; True where there was anything."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if not mode & OTHERS:
            return False
        file.chmod(FILE_MODE)
    except FileNotFoundError:
        return False
    except PermissionError:
        log.warning("%s can be read by others, and is not ours to close: make its mode 0600", file)
        return False
    log.warning("%s could be read by others (mode %04o): its mode is 0600 now", file, mode)
    return True
