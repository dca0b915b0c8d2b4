"""Frozen nouns shared by every room. They know nothing and do nothing."""
