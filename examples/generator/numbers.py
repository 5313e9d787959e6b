# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Whole numbers from seeds: chance, sharing out, rounding. The same arguments give the same numbers on every machine.

The only source of chance is the SHA-256 of a text: draw("visits", "320703-H0001", 2015) is the same number for
ever, whatever else was drawn before it. So a new element or a new year changes no figure that was there.
"""
import hashlib
from fractions import Fraction

RANGE = 1 << 32


def draw(*words):
    """A whole number 0 .. 2^32 - 1 that depends on the words alone."""
    text = "/".join(map(str, words))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big")


def between(low, high, *words):
    """A whole number low..high."""
    return low + draw(*words) * (high - low + 1) // RANGE


def per_mille(low, high, *words):
    """A whole number of tenths of a per cent."""
    return between(low * 10, high * 10, *words)


def share_out(total, weights):
    """Whole shares that add up to total, by largest remainder, the first of equals first; a weight of 0 gets nothing."""
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("nothing to share %d out over" % total)
        return [0] * len(weights)
    shares = [total * w // whole for w in weights]
    rest = total - sum(shares)
    if rest:
        order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
        for i in order[:rest]:
            shares[i] += 1
    return shares


def share_within(total, weights, limits):
    """The same, no share above its limit; what does not fit goes to those with room, but to nobody of weight 0."""
    if any(weights):
        limits = [m if w else 0 for m, w in zip(limits, weights)]
    total = min(total, sum(limits))
    shares = [min(s, m) for s, m in zip(share_out(total, weights if sum(weights) else limits), limits)] if total else [
        0] * len(limits)
    missing = total - sum(shares)
    while missing:
        room = [m - s for s, m in zip(shares, limits)]
        more = share_out(min(missing, sum(room)), room)
        shares = [s + m for s, m in zip(shares, more)]
        missing = total - sum(shares)
    return shares


def half_up(value, decimals):
    """The exact value as it is printed: rounded half away from zero to so many decimals."""
    scaled = abs(Fraction(value)) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(whole).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and whole else ""
    return sign + (text[:-decimals] + "." + text[-decimals:] if decimals else text)


def decimals_of(printed):
    return len(printed.partition(".")[2])


def nearest(value):
    """The nearest whole number, halves upwards."""
    value = Fraction(value)
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def scaled_text(value, scale):
    """A stored whole number, value * 10^scale, as a sheet has it."""
    if not scale:
        return str(value)
    sign, value = ("-", -value) if value < 0 else ("", value)
    return "%s%d.%0*d" % (sign, value // 10**scale, scale, value % 10**scale)


def along(anchors, year):
    """The value of a broken line through {year: value} (Fractions or ints), level beyond its ends."""
    years = sorted(anchors)
    if year <= years[0]:
        return Fraction(anchors[years[0]])
    if year >= years[-1]:
        return Fraction(anchors[years[-1]])
    left = max(y for y in years if y <= year)
    if left == year:
        return Fraction(anchors[left])
    right = min(y for y in years if y > year)
    a, b = Fraction(anchors[left]), Fraction(anchors[right])
    return a + (b - a) * (year - left) / (right - left)
