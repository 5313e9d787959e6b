# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Deaths by sex, age and cause from which a printed life expectancy and a printed probability of dying come out.

Two printed numbers cannot say how people die. The pattern is therefore *forced*: a fixed one below 30, a line in
the logarithm from 30 to 70 whose height is what the printed probability needs, another line above 70 whose height is
what the printed life expectancy needs. No trend of an age may be read from it; whoever reports it says so.

The life table here is Chiang's with a0 = 0.1 and a1-4 = 0.4, as in model/lifetable.h, in floating point: it is used to
find whole deaths. Whether they give the printed digits is checked apart (check.py, with fractions).
"""
import math

AGES = ["A0", "A1"] + ["A%d" % a for a in range(5, 90, 5)]
WIDTHS = [1, 4] + [5] * 16 + [0]
A = [0.1, 0.4] + [0.5] * 16 + [0]
MIDDLE = range(7, 15)  # 30-34 .. 65-69
OLD = range(15, 19)    # 70-74 .. 85+
YOUNG_RATES = [0.00020, 0.00024, 0.00036, 0.00045, 0.00058]  # 5-9 .. 25-29, deaths per person-year
MIDDLE_SLOPE, OLD_SLOPE = 0.088, 0.098  # of the logarithm of the rate, per year of age
# Of deaths at 30-34 .. 65-69: the share of the four groups of diseases; older: the last goes on to rise.
NCD_SHARE = [0.58, 0.64, 0.70, 0.75, 0.79, 0.82, 0.84, 0.86, 0.87, 0.88, 0.88, 0.88]
YOUNG_NCD_SHARE = [0.15, 0.20, 0.25, 0.27, 0.30, 0.38, 0.46]  # 0 .. 25-29
CAUSES = ("CARDIO", "CANCER", "RESPIRATORY", "DIABETES")
# Parts of the four groups at young, middle and old age.
CAUSE_PARTS = {"young": (30, 55, 10, 5), "middle": (38, 50, 7, 5), "old": (58, 23, 15, 4)}
MALE_PERCENT = {"young": 60, "middle": 68, "old": 52}  # of a band's deaths, where the sexes are equally many


def expectancy(deaths, persons, unreported=0):
    """Life expectancy at birth; unreported: the share of deaths that nobody reported."""
    alive, lived = 1.0, 0.0
    for i, width in enumerate(WIDTHS):
        m = deaths[i] / persons[i] / (1 - unreported)
        if width == 0:
            return lived + alive / m
        q = width * m / (1 + width * (1 - A[i]) * m)
        died = alive * q
        lived += width * (alive - died) + A[i] * width * died
        alive -= died


def probability(deaths, persons):
    """Of dying between exact ages 30 and 70, of the given deaths by band."""
    alive = 1.0
    for i in MIDDLE:
        m = deaths[i] / persons[i]
        alive *= 1 - 5 * m / (1 + 2.5 * m)
    return 1 - alive


def bisect(low, high, value_of, wanted):
    """Where the rising function has the wanted value."""
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if value_of(middle) < wanted else (low, middle)
    return (low + high) / 2


def polish(counts, bands, error_of):
    """Adds or takes single deaths in the bands as long as that brings the error closer to nought."""
    best = abs(error_of(counts))
    while True:
        tries = []
        for i in bands:
            for step in (1, -1):
                counts[i] += step
                tries.append((abs(error_of(counts)), i, step))
                counts[i] -= step
        error, i, step = min(tries)
        if error >= best:
            return counts
        best = error
        counts[i] += step


def fit(persons, young_deaths, expectancy_wanted, probability_wanted, unreported=0):
    """Whole deaths by band, (all, of the four groups), as they are reported. young_deaths: at ages 0 and 1-4."""
    all_deaths = list(young_deaths) + [max(1, round(r * p)) for r, p in zip(YOUNG_RATES, persons[2:7])] + [0] * 12

    def middle(height):
        return [height * math.exp(MIDDLE_SLOPE * 5 * (i - 7)) * persons[i] if i in MIDDLE else 0 for i in range(19)]

    height = bisect(1e-7, 1e-2, lambda h: probability(middle(h), persons), probability_wanted)
    ncd = polish([round(x) for x in middle(height)], MIDDLE, lambda n: probability(n, persons) - probability_wanted)
    for i in MIDDLE:
        all_deaths[i] = round(ncd[i] / NCD_SHARE[i - 7])

    def with_old(height):
        return all_deaths[:15] + [height * math.exp(OLD_SLOPE * (5 * (i - 15) + (2 if i == 18 else 0))) * persons[i]
            for i in OLD]

    height = bisect(1e-4, 1, lambda h: -expectancy(with_old(h), persons, unreported), -expectancy_wanted)
    all_deaths = polish([round(x) for x in with_old(height)], OLD,
        lambda d: expectancy(d, persons, unreported) - expectancy_wanted)
    for i in OLD:
        ncd[i] = round(all_deaths[i] * NCD_SHARE[i - 7])
    for i in range(7):
        ncd[i] = int(all_deaths[i] * YOUNG_NCD_SHARE[i])
    return all_deaths, ncd


def stage(band):
    return "young" if band < 7 else "middle" if band in MIDDLE else "old"
