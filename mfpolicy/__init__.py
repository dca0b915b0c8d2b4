"""mfpolicy judges a mail-flow change before it ships."""

__version__ = "0.1.0"
