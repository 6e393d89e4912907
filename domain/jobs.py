"""The jobs beside what people ask for: those of every process, and those that one does for all."""

from domain.calendar import calendar
from domain.coming_back import completing_register
from domain.conflation import conflate
from domain.delivery import write_acknowledgements
from domain.judging_again import judging_again
from domain.key_rotation import rotating
from domain.last_seen import write_last_seen
from domain.learning import learning
from domain.practice_phone import telling_numbers
from domain.predictors.keeping import keeping
from domain.processes import reporting
from domain.recounting import counting_again
from domain.reminding import reminding
from domain.rescoring import rescoring
from domain.running import sampling
from domain.sharing import ending_shares

EACH = (
    conflate,
    write_acknowledgements,
    write_last_seen,
    learning,
    rescoring,
    keeping,
    sampling,
    reporting,
    completing_register,
    telling_numbers,
)
"""What each process does for its own followers, and to know what others have written."""
ONCE = (
    calendar,
    judging_again,
    counting_again,
    reminding,
    rotating,
    ending_shares,
)
"""What the process that leads does; trimming the log, which hangs on a setting, comes on top."""
