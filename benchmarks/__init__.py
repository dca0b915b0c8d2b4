"""Figures against peers that anybody can repeat with one command; nothing here is shipped."""
