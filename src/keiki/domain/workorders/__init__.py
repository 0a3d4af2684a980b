"""Work orders: what a worker is sent to do, and the visit with the hand-held device."""
