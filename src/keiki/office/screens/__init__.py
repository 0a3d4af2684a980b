"""What every screen stands on: routes with their rights, lists, forms of answers, templates, stylesheet.

A plain part of the office that knows no app: apps declare their screens with
:func:`~keiki.office.screens.routes.screen`, and the users app enforces what was declared.
"""
