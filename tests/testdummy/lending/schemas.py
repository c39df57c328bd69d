"""Settings with a secret, a number and a day."""

from __future__ import annotations

from core.sdk.web import FormSchema, fields


class LendingSettings(FormSchema):
    places = fields.Whole(label="Places", least=1, most=50, required=True)
    opens_on = fields.Date(label="Opens on")
    api_key = fields.Password(label="Key of the catalogue", metadata={"secret": True})
    note = fields.Text(label="Note", default="Bring your card.")
