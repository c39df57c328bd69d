"""A form with a field of every kind."""

from __future__ import annotations

from core.sdk.web import FormSchema, fields

COLOURS = (("red", "Red colour"), ("blue", "Blue colour"))


class BookSchema(FormSchema):
    """Ask for a book."""

    title = fields.Text(label="Title of the book", required=True)
    why = fields.LongText(label="Why")
    price = fields.Money(label="Price")
    copies = fields.Whole(label="Copies")
    needed_on = fields.Date(label="Needed on")
    born_on = fields.BirthDate(label="Born on")
    at = fields.Time(label="At")
    colour = fields.Choice(label="Colour", choices=COLOURS)
    colours = fields.Choices(label="Colours", choices=COLOURS)
    new = fields.YesNo(label="New only")


class SeatSchema(FormSchema):
    """Created by the service only."""

    seat = fields.Whole(label="Seat", required=True)
