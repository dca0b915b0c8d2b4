"""What a change takes away, weakens or replaces: one module per topic, base against head."""
