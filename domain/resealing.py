"""After the program's secret was replaced: what the former one sealed is sealed anew by the present one (ASVS 5, 11.2.2)."""

from dataclasses import dataclass, field

from domain import second_factor
from domain.errors import Unavailable
from domain.ledger import Change
from domain.patient import key
from domain.practice import at_a_terminal
from domain.sealing import Sealing
from domain.services import Services
from storage import accounts


@dataclass(slots=True)
class Resealed:
    """What became of the secrets of authenticators; logins of their people."""

    anew: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    """Opened by the present secret: an earlier run did it, or they were set up since."""
    unreadable: list[str] = field(default_factory=list)
    """Opened by neither."""
    recovery_codes: int = 0
    """Of those sealed anew: kept as fingerprints by the former secret, nobody can say what they were, so they end."""


def reseal(services: Services, former: Sealing) -> Resealed:
    """Seal anew, in one transaction: a run that is cut off has done nothing, and one that is repeated does no harm."""

    def act(change: Change) -> Resealed:
        done = Resealed()
        for row, person, practice in accounts.second_factors(change.session):
            login, whose = person.login or person.name, second_factor.whose(key(person))
            if _opened(services.sealing, row.sealed, whose) is not None:
                done.already.append(login)
                continue
            secret = _opened(former, row.sealed, whose)
            if secret is None:
                done.unreadable.append(login)
                continue
            row.sealed = services.sealing.seal(secret, whose=whose)
            change.session.add(row)
            done.anew.append(login)
            done.recovery_codes += accounts.recovery_codes_left(change.session, key(person))
            accounts.drop_recovery_codes(change.session, key(person))
            change.audit(at_a_terminal(practice), "seal anew", "second factor", key(person))
        return done

    return services.ledger.write(act)


def _opened(sealing: Sealing, sealed: str, whose: str) -> str | None:
    try:
        return sealing.open(sealed, whose=whose)
    except Unavailable:
        return None
