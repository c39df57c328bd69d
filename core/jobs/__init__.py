"""Background work: enqueued in the caller's transaction, done by workers (docs/adr/0014)."""
