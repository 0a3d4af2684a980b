"""The operation system: applications, designs, work orders, the vault and what goes to the relay and comes back.

One Django app per capability, every app with the same file names: ``models`` (what is kept), ``services`` (what may be
done; each act is one transaction with its audit event), ``queries`` (what may be asked). An app imports only apps below
it; ADR 0901 gives the order and ``config/wiring.py`` is the one file that puts the parts together.
"""
