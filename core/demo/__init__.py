"""An invented province to look at: `hamyar demo` fills an empty database with it.

Everything follows from a seed. Nobody in it exists: national IDs stand in the test range and are
flagged, mobile numbers have a prefix that no operator uses, mail addresses end in ``.example``.
"""
