"""The hand-held device: reads the barcode of a work order, sets the password in the meter, reads the status.

It works without network: nothing is opened but the meter's port. It shows nothing of the password or the
authentication ID; both exist in the clear only while the meter is being set.
"""
