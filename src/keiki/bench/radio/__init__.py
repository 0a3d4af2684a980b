"""The 920 MHz air between the meters on the walls and the HEMS modules in the houses.

``air`` says who hears whom and how strongly; ``meter_station`` is a meter as the radio meets it; ``scanning`` is how a
module finds its meter, ``joining`` how it gets let in (PANA carrying EAP-PSK). Durations are the emulated radio's:
whoever drives it waits for them.
"""
