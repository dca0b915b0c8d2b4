"""What an exported tenant says, as facts: one module per topic."""
