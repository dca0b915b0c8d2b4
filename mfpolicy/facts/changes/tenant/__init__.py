"""What a change does to the tenant, topic by topic: what was lost, weakened, tightened or replaced."""
