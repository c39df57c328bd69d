"""Messages to people: the inbox in the application, mail and SMS through an outbox."""
