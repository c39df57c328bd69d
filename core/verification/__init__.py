"""Signed documents and their public page ``/verify/<code>`` (training.md T10).

`codes` and `payload` are pure; `keys` holds the signing keys, `seal` what a QR symbol carries.
"""
