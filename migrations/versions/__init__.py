"""Core's revisions, in order."""
