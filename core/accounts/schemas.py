"""The forms of accounts."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, validates_schema

from core.accounts import passwords
from core.accounts.policies import LEAST_LENGTH, normal_password, password_problem, user_name
from core.accounts.states import WORDS, State
from core.forms import FormSchema, Message, fields
from core.forms.base import refuse
from core.localization import _, lazy_gettext
from core.people.schemas import RowChoice
from core.sdk.text import Text

STATES: Final[dict[str, Text]] = {
    state: words for state, words in WORDS.items() if state != State.NONE
}
"""The words for the states of an account that is there."""
NAME: Final = lazy_gettext("National ID, personnel number, user name or e-mail")


class SignInSchema(FormSchema):
    """Who, and the proof."""

    name = fields.Code(
        label=NAME, required=True, most=254, attrs={"autocomplete": "username", "autofocus": True}
    )
    password = fields.Password(
        label=lazy_gettext("Password"), required=True, attrs={"autocomplete": "current-password"}
    )


class WhoSchema(FormSchema):
    """Who wants to activate an account or has forgotten the password."""

    name = fields.Code(
        label=lazy_gettext("National ID or personnel number"),
        hint=lazy_gettext("Officers may also enter their user name or e-mail address."),
        required=True,
        most=254,
        attrs={"autocomplete": "username", "autofocus": True},
    )
    municipality = fields.Choice(
        label=lazy_gettext("Municipality"),
        hint=lazy_gettext("Only needed with a personnel number."),
        choices=(),
    )

    def __init__(self, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(**options)
        self.fields["municipality"].choices = places  # type: ignore[attr-defined] # a Choice


class NewPasswordSchema(FormSchema):
    """A new password, twice; the rules that need no knowledge of its owner are checked here."""

    password = fields.Password(
        label=lazy_gettext("New password"),
        hint=lazy_gettext(
            "At least %(n)s characters. A few words in a row are easy to remember.", n=LEAST_LENGTH
        ),
        required=True,
        attrs={"autocomplete": "new-password"},
    )
    again = fields.Password(
        label=lazy_gettext("New password once more"),
        required=True,
        attrs={"autocomplete": "new-password"},
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a weak password, and two that differ."""
        password = normal_password(data["password"])
        problem = password_problem(password, common=passwords.common())
        if problem is not None:
            raise ValidationError({"password": [Message(problem, "password")]})
        if password != normal_password(data["again"]):
            text = _("The two passwords are not the same.")
            raise ValidationError({"again": [Message(text, "different")]})


class CodeSchema(NewPasswordSchema):
    """The code that was sent or printed, and the new password."""

    code = fields.Code(
        label=lazy_gettext("Code"),
        hint=lazy_gettext("The eight digits from the message, or the code on the printed slip."),
        required=True,
        most=40,
        attrs={"autocomplete": "one-time-code", "autofocus": True},
    )

    class Meta(FormSchema.Meta):
        """The code comes first on the page."""

        fields = ("code", "password", "again")


class ChangePasswordSchema(NewPasswordSchema):
    """The present password and a new one."""

    current = fields.Password(
        label=lazy_gettext("Present password"),
        required=True,
        attrs={"autocomplete": "current-password"},
    )

    class Meta(FormSchema.Meta):
        """The present one comes first on the page."""

        fields = ("current", "password", "again")


class UserName(fields.Code):
    """A user name that an officer chooses."""

    def cleaned(self, value: str) -> str:
        """Accept 3–64 small letters, digits, dots and dashes that begin with a letter."""
        name = user_name(value)
        if name is None:
            raise refuse(_("Use 3 to 64 Latin letters, digits, dots or dashes, a letter first."))
        return name


class NewAccountSchema(FormSchema):
    """An account for an officer who isn't an employee."""

    name = fields.Text(label=lazy_gettext("First and last name"), required=True, least=3, most=120)
    username = UserName(
        label=lazy_gettext("User name"),
        hint=lazy_gettext("What is typed to sign in, for example s.ahmadi."),
        required=True,
        most=64,
    )
    email = fields.Email(
        label=lazy_gettext("E-mail"),
        hint=lazy_gettext("The code for activating the account is sent there."),
    )


class ReasonSchema(FormSchema):
    """Why an account is changed; kept in the audit."""

    reason = fields.Text(label=lazy_gettext("Reason"), required=True, least=3, most=300)


class AccountFilters(FormSchema):
    """The filters of the list, from its address."""

    q = fields.Text(
        label=lazy_gettext("Search"),
        hint=lazy_gettext("Name, personnel number or user name"),
        widget="search",
    )
    state = fields.Choice(
        label=lazy_gettext("State"), choices=(("", lazy_gettext("All")), *STATES.items())
    )


class SlipFilters(FormSchema):
    """The filters of the list of those who can't sign in yet."""

    q = fields.Text(
        label=lazy_gettext("Search"),
        hint=lazy_gettext("Beginning of a name, or a personnel number"),
        widget="search",
    )
    unit = RowChoice(label=lazy_gettext("Unit"), choices=())
