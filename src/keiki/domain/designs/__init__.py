"""A design: the chosen combination of units for one supply point, and the gate it must pass to be finished."""
