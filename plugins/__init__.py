"""Services of Hamyar. They import `core.sdk` only and never one another."""
