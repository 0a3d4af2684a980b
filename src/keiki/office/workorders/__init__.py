"""Work orders: what a worker is sent to do, on paper, and what came of it."""
