"""Which service is on where, since when, with what settings."""
