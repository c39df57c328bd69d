"""Forms: one marshmallow schema reads the page's fields (and, later, the API's JSON).

class EmployeeSchema(FormSchema):
national_id = fields.NationalId(label=lazy_gettext("National ID"), required=True)

form = Form(EmployeeSchema(), initial={"national_id": "…"})
if form.submitted() and form.attempt(services.hire, current().uow, form.data):
return redirect(…)
return form.render("people/new.html")
"""

from __future__ import annotations

from core.forms import fields
from core.forms.form import BoundField, Form
from core.forms.protection import register
from core.forms.schema import FormSchema, Message

__all__ = ["BoundField", "Form", "FormSchema", "Message", "fields", "register"]
