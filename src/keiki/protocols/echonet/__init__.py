"""ECHONET Lite: what a home energy management system and a smart meter say to each other.

``frame`` holds the frame of ECHONET Lite Specification Part II, ``property_map`` the two forms of a property map,
``meter_class`` the values of class 0x0288 (low-voltage smart electric energy meter, APPENDIX "Detailed Requirements for
ECHONET Device Objects"), ``meter_object`` and ``node_profile`` the objects a meter answers for. Nothing here does I/O.

Not supported: EHD2 0x82 (arbitrary message format), and the second-generation meter's one-minute properties.
"""
