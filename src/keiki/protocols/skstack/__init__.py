"""SKSTACK-IP: the command set of serial Wi-SUN modules, seen from inside the module.

``reader`` cuts the host's bytes into commands, ``commands`` turns each into a value, ``events`` writes what a module
says. After "SKSTACK IP for HAN command reference" (Skyley Networks) and the BP35C2/BP35A1 command manuals (ROHM). Two
dialects are in the field: a module with two radio sides puts a side into EVENT, EPANDESC and ERXUDP and takes one in
SKSCAN and SKSENDTO; the older one-sided module does not. Nothing here does I/O.

Not supported: relay (HAN) commands, flash save and load, TCP, SKPING, SKTABLE, ED scan.
"""
