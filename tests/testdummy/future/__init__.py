"""A dummy plugin for the tests."""
