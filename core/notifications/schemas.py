"""The form of preferences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.forms import FormSchema, fields
from core.localization import lazy_gettext
from core.sdk import NotificationTopic


class TopicsSchema(FormSchema):
    """About what mail is wanted."""

    topics = fields.Choices(label=lazy_gettext("E-mail about"), choices=())

    def __init__(self, topics: Iterable[NotificationTopic], **options: Any) -> None:
        super().__init__(**options)
        choices = [(topic.name, topic.title) for topic in topics]
        self.fields["topics"].choices = choices  # type: ignore[attr-defined] # a Choices
