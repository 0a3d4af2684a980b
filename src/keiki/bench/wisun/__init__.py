"""An emulated Wi-SUN USB module: ``module`` is what it does, ``plug`` puts it on a pseudo-terminal.

An unmodified HEMS program opens the pseudo-terminal as it would open the module's serial port.
"""
