"""What messages can be about: core's topics and those that plugins declare."""

from __future__ import annotations

from typing import Final

from core.localization import lazy_gettext
from core.plugin_host.host import PluginHost
from core.sdk import NotificationTopic

CORE_TOPICS: Final = (
    NotificationTopic(
        name="accounts.security", title=lazy_gettext("Safety of my account"), mandatory=True
    ),
    NotificationTopic(name="people.employment", title=lazy_gettext("My employment")),
    NotificationTopic(name="requests.progress", title=lazy_gettext("Progress of my requests")),
    NotificationTopic(name="requests.delegation", title=lazy_gettext("Deciding for others")),
)


def topics(host: PluginHost) -> tuple[NotificationTopic, ...]:
    """Return all topics, core's first."""
    return (*CORE_TOPICS, *(answer.value for answer in host.hooks.notification_topics()))


def optional_topics(host: PluginHost) -> tuple[NotificationTopic, ...]:
    """Return the topics of which people may refuse mail."""
    return tuple(topic for topic in topics(host) if not topic.mandatory)
