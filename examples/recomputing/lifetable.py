# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Chiang's abridged life table and the probability of dying between two exact ages, in fractions: no rounding anywhere.
Ages 0, 1-4, 5-9 … 80-84, 85 and over; those who die live 0.1, 0.4 and then half of their interval."""
from fractions import Fraction

WIDTHS = [1, 4] + [5] * 16
LIVED = [Fraction(1, 10), Fraction(4, 10)] + [Fraction(1, 2)] * 16


def life_expectancy(deaths, persons, births=0, infant_deaths=0, unreported=0):
    """Years at birth. q0 comes from births where there are any; unreported: the share of deaths that nobody reported."""
    return sum(years_lived(deaths, persons, births, infant_deaths, unreported))


def healthy_expectancy(deaths, persons, unhealthy, unreported=0):
    """Sullivan: of the years lived at each age only the healthy share counts."""
    lived = years_lived(deaths, persons, 0, 0, unreported)
    return sum(years * (1 - share) for years, share in zip(lived, unhealthy))


def years_lived(deaths, persons, births, infant_deaths, unreported):
    """At each of the 19 ages, by one newborn."""
    alive, years = Fraction(1), []
    rates = [Fraction(d) / p / (1 - Fraction(unreported)) for d, p in zip(deaths, persons)]
    for age, (width, lived, rate) in enumerate(zip(WIDTHS, LIVED, rates)):
        q = width * rate / (1 + width * (1 - lived) * rate)
        if age == 0 and births:
            q = Fraction(infant_deaths) / births
        died = alive * min(q, Fraction(1))
        years.append(width * (alive - died) + lived * width * died)
        alive -= died
    return years + [alive / rates[-1]]


def chance_of_dying(deaths, persons, start, end):
    """1 - product of (1 - 5 M / (1 + 2.5 M)) over the five-year bands from start to end."""
    alive = Fraction(1)
    for age in range(start, end, 5):
        rate = Fraction(deaths[age // 5 + 1]) / persons[age // 5 + 1]
        alive *= 1 - 5 * rate / (1 + Fraction(5, 2) * rate)
    return 1 - alive
