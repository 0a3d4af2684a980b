"""The customer: a mailbox that receives the password, a letter with the authentication ID, and a HEMS that uses both.

``mailbox`` is the mail server, ``handover`` the door by which a household's own HEMS process takes the password out of
its mail, ``post`` reads mails and letters as a person would, ``modules`` plugs Wi-SUN modules into the houses, and
``hems`` is the process that runs the unmodified ``momonga``. No secret goes through the console, and none onto a disk
but sealed.
"""
