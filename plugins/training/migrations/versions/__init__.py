"""Revisions of training's tables."""
