"""Selection at a planner's desk: millions of supply points at once, and limited stock across many jobs."""
