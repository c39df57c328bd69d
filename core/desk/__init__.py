"""The desk: where HR officers work."""
