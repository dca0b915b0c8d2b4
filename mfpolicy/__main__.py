"""`python -m mfpolicy`."""

from mfpolicy.cli import main

main()
