"""Numbers and days as people of a language write them."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from grader.translations import ENGLISH, translation


def number(value: object, language: str = ENGLISH) -> str:
    """Points: ``4``, ``2.5``, or ``1/3`` when no short decimal says the same."""
    fraction = Fraction(str(value))
    if fraction.denominator == 1:
        return str(fraction.numerator)
    if Fraction(f"{float(fraction):g}") != fraction:
        return str(fraction)
    return f"{float(fraction):g}".replace(".", translation(language).pgettext("decimal mark", "."))


def points(value: object, language: str = ENGLISH) -> str:
    """``1 point``, ``2.5 points``."""
    one = Fraction(str(value)) == 1
    text = translation(language).ngettext("%(number)s point", "%(number)s points", 1 if one else 2)
    return text % {"number": number(value, language)}


def day(iso: str, language: str = ENGLISH) -> str:
    """``31 October 2026, 23:59 UTC+01:00`` for an ISO 8601 date or time."""
    try:
        if len(iso) == 10:
            moment: date = date.fromisoformat(iso)
            clock = ""
        else:
            moment = datetime.fromisoformat(iso)
            clock = moment.strftime(", %H:%M %Z").rstrip()
    except ValueError:
        return iso
    # Not %B: it follows the machine's language, and the same sheet is to be made everywhere.
    _ = translation(language).gettext
    months = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"),
        _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    written = _("%(day)s %(month)s %(year)s") % {
        "day": moment.day,
        "month": months[moment.month - 1],
        "year": moment.year,
    }
    return f"{written}{clock}"
