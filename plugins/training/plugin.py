"""Training: catalogue, offerings, enrolment, attendance, certificates, the training passport."""

from __future__ import annotations

from core.sdk import Category, Manifest, Permission, Provider, lazy_gettext

MANIFEST = Manifest(
    name="training",
    title=lazy_gettext("Training"),
    summary=lazy_gettext(
        "Courses of the municipalities: enrolment, attendance, certificates, training passport."
    ),
    category=Category.TRAINING,
    api=(1, 0),
    provider=Provider(lazy_gettext("Hamyar developers"), "security@hamyar.example"),
    holds_personal_data=True,
    permissions=(
        Permission("training.view", lazy_gettext("See courses, offerings and enrolments")),
        Permission("training.approve", lazy_gettext("Approve enrolments")),
        Permission("training.manage", lazy_gettext("Plan offerings, mark attendance, finalise")),
    ),
    icon="school",
    weight=10,
)
