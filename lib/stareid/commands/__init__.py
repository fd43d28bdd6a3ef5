"""The sub-commands of `python -m stareid`, one file each."""
