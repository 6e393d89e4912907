"""Another password: a plain form, because the browser gets a new session id with it."""

from nicegui import ui

from domain.own_account import OwnAccount
from domain.passwords import LONGEST, SHORTEST
from pages.frame import heading
from pages.language import N_, Language

PROBLEMS = {
    "wrong_password": N_("This is not your present password."),
    "wrong_code": N_("This code is not valid (any more): wait for the next one."),
    "second_factor_needed": N_("A code of the second factor is needed as well."),
    "not_the_same": N_("The two new passwords are not the same."),
    "short_password": N_("The password needs at least 12 characters."),
    "long_password": N_("The password has more than 1,000 characters."),
    "pattern_password": N_("This password is a repetition or a sequence: it is guessed at once."),
    "known_password": N_(
        "This password is little more than a name or a word that is tried first: add words of your own."
    ),
    "stolen_password": N_(
        "This password is on a list of passwords that were stolen elsewhere, which is tried first: take another."
    ),
    "unavailable": N_("Too many people are signing in at this moment: try again in a few seconds."),
    "too_often": N_("Too many attempts: wait a minute."),
}
OTHERWISE = N_("That did not work: try again.")


def show_password(_: Language, found: OwnAccount, problem: str, done: str) -> None:
    """Offer to change the password; ``problem`` and ``done`` say how the last try went."""
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Password"))
        if problem:
            ui.label(_(PROBLEMS.get(problem, OTHERWISE))).classes("vv-problem").props("role=alert data-testid=problem")
        elif done == "password":
            ui.label(_("Your password is changed, and your other sign-ins have ended.")).classes("vv-done").props(
                "role=status data-testid=done"
            )
        with ui.element("form").props('method=post action="/auth/password"').classes("vv-form-card"):
            _field(_("Present password"), "present", "current-password")
            if found.second_factor:
                _field(_("Code, or a recovery code"), "code", "one-time-code", kind="text")
            _field(_("New password, at least {count} characters", count=_.number(SHORTEST)), "new", "new-password")
            _field(_("New password, once more"), "again", "new-password")
            ui.label(
                _(
                    "Several words that have nothing to do with you are good, and easily remembered. No signs are asked for."
                )
            ).classes("vv-soft vv-small")
            ui.button(_("Change password")).props("type=submit unelevated no-caps data-testid=change-password").classes(
                "vv-start"
            )


def _field(label: str, name: str, autocomplete: str, kind: str = "password") -> None:
    with ui.element("label").classes("vv-field"):
        ui.label(label)
        ui.element("input").props(
            f"name={name} type={kind} autocomplete={autocomplete} required maxlength={LONGEST} dir=auto"
        )
