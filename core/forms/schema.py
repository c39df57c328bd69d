"""The base of all form schemas, and messages that carry a code for programs."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError

from core.localization.library_messages import translate_marshmallow

WHOLE = "_schema"
"""marshmallow's key for messages about the input as a whole."""


class Message(str):
    """A message to a person, with a stable ``code`` for programs."""

    __slots__ = ("code",)

    code: str

    def __new__(cls, text: object, code: str = "invalid") -> Message:
        """Keep ``text`` (lazy text is read now) and ``code``."""
        message = super().__new__(cls, text)
        message.code = code
        return message


class FormSchema(Schema):
    """Refuses unknown fields; its messages are in the reader's language."""

    class Meta:
        """Nothing is ignored silently."""

        unknown = RAISE

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Put the messages of marshmallow itself into the language in force."""
        error.messages = translated(error.messages)


def translated(messages: Any) -> Any:
    """Return marshmallow's tree of messages, translated; our own `Message` stays as it is."""
    if isinstance(messages, dict):
        return {name: translated(below) for name, below in messages.items()}
    if isinstance(messages, list):
        return [translated(item) for item in messages]
    return messages if isinstance(messages, Message) else Message(translate_marshmallow(messages))
