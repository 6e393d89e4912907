"""``python main.py run`` on a machine whose clock is ahead by ``VERVAIN_CLOCK_SECONDS``: what is written is dated by it."""

import os
import sys
from datetime import datetime, timedelta

from domain import ledger

AHEAD = timedelta(seconds=float(os.environ["VERVAIN_CLOCK_SECONDS"]))
right = ledger.utc_now


def wrong() -> datetime:
    """Read the clock."""
    return right() + AHEAD


if __name__ == "__main__":
    ledger.utc_now = wrong
    by_default = ledger.Ledger.__init__.__defaults__
    assert by_default is not None
    ledger.Ledger.__init__.__defaults__ = tuple(wrong if one is right else one for one in by_default)
    import main

    sys.argv = ["main.py", "run"]
    main.main()
