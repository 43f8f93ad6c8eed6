"""Say what a law does with a query beyond asking it, for a finding whose cause does not say it.

A law on near misses asks for ids that its plan does not hold: what fails then is not the plan's own
query, but that one changed in the law's way.
"""

from collections.abc import Mapping

__all__ = ["SITUATIONS"]

# The law's number → when its findings show.
SITUATIONS: Mapping[str, str] = {
    "L07": "when the date is a day alone",
    "L11": "when the parameter is repeated",
    "L12": "when the answer is XML",
    "L13": "when the answer is CSV",
    "L14": "when the answer is JSV",
    "L18": "when JSONP is asked for",
    "L19": "when an id is nearly one that somebody has",
    "L20": "when ids change places or stand twice",
    "L21": "when an id is one that nobody has",
    "L22": "beside an id that nobody has",
    "L24": "when one instant is written in another zone",
    "L25": "when an id is hostile text",
    "L27": "within two seconds of a row's date",
    "L30": "when the date is very early or far ahead",
    "L37": "when another question comes between",
    "L42": "when the date is no date",
    "L44": "when the date is one of the first or last",
    "L47": "when the parameters change places",
    "L48": "beside a parameter that nobody knows",
    "L49": "when an id is percent-encoded",
    "L50": "when eighty ids are given",
    "L54": "for a caller without credentials",
    "L55": "for the second user",
    "L60": "when the answer is compressed",
    "L61": "by HEAD",
    "L63": "when `Accept` weighs several types",
    "L65": "when `callback` is no name",
    "L68": "by another route",
    "L74": "when eight ask at once",
    "L78": "when the date has no zone",
    "L79": "when the answer is JSON Lines",
    "L81": "when an item of the list is blank",
    "L83": "when an id is of another kind",
    "L85": "when an id has another form than ids have here",
}
