#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of model/lifetable.c, interval.c and projection.c by other means.

    numbers_oracle.py DRIVER DATA [--show]

Runs DRIVER (numbers_print) on the published figures in DATA and compares every number that it prints with
one computed here, to 1e-9 of its size. What is different here: fractions without any rounding, or
decimals of 60 digits; the life table by T = sum of L and e = T / l and Chiang's sum for the variance, not
by recursion; Poisson limits by bisection on whole sums; binomial and hypergeometric tails as integers;
Wilson's limits by bisection on the score equation that defines them; the normal distribution by its power
series. Then what the publishers printed is compared with our numbers to the printed digits.
"""
import argparse
import math
import os
import struct
import subprocess
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60
TOLERANCE = Decimal("1e-9")
WIDTHS = [1, 4] + [5] * 16 + [None]
AGES = [0, 1] + [5 * i for i in range(1, 18)]


def dec(value):
    """A fraction (or int, or Decimal) with 60 digits."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


def bisect(below, low, high, steps=150):
    """The point where below() turns from true to false."""
    for _ in range(steps):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def erf(x):
    """Its power series; with 60 digits good to about x = 8."""
    term, total, n = x, x, 0
    while abs(term) > Decimal("1e-70"):
        n += 1
        term = -term * x * x / n
        total += term / (2 * n + 1)
    return 2 * total / PI.sqrt()


def pi():
    """Machin's formula."""
    def arctan(inverse):
        power, total, n, sign = Decimal(1) / inverse, Decimal(0), 1, 1
        while power > Decimal("1e-75"):
            total += sign * power / n
            power /= inverse * inverse
            n += 2
            sign = -sign
        return total
    return 4 * (4 * arctan(5) - arctan(239))


PI = pi()
Z = bisect(lambda z: erf(z / Decimal(2).sqrt()) < Decimal("0.95"), Decimal(1), Decimal(3))


# Life tables ------------------------------------------------------------------------------------------

def life_table(deaths, population, a, unreported=None, births=None):
    """{(column, age): value}; births is (births, infant deaths)."""
    unreported = unreported or [Fraction(0)] * 19
    m = [Fraction(d) / (1 - u) / p for d, u, p in zip(deaths, unreported, population)]
    q = [n * r / (1 + n * (1 - f) * r) for n, r, f in zip(WIDTHS[:-1], m, a)] + [Fraction(1)]
    if births:
        q[0] = Fraction(births[1]) / (1 - unreported[0]) / births[0]
        m[0] = q[0] / (1 - (1 - a[0]) * q[0])
    survivors = [Fraction(100000)]
    for x in q[:-1]:
        survivors.append(survivors[-1] * (1 - x))
    d = [s * x for s, x in zip(survivors, q)]
    years = [n * (s - x) + f * n * x for n, s, x, f in zip(WIDTHS[:-1], survivors, d, a)]
    years.append(survivors[18] / m[18])
    e = [sum(years[i:]) / survivors[i] for i in range(19)]
    counted = [births[1] if births and i == 0 else deaths[i] for i in range(19)]
    vq = [x * x * (1 - x) / c if c else Fraction(0) for x, c in zip(q, counted)]
    ve = []
    for start in range(19):
        total = (survivors[18] / survivors[start]) ** 2 / (m[18] ** 2 * deaths[18])
        for i in range(start, 18):
            weight = survivors[i] / survivors[start] * ((1 - a[i]) * WIDTHS[i] + e[i + 1])
            total += weight ** 2 * vq[i]
        ve.append(total)
    cells = {}
    for i, age in enumerate(AGES):
        for name, column in (("m", m), ("q", q), ("l", survivors), ("d", d), ("e", e), ("vq", vq), ("ve", ve)):
            cells[(name, str(age))] = dec(column[i])
        cells[("L", str(age))] = dec(years[i])
        cells[("T", str(age))] = dec(sum(years[i:]))
    error = dec(ve[0]).sqrt()
    cells[("fault",)] = Decimal(0)
    cells[("expectancy",)] = dec(e[0])
    cells[("error",)] = error
    cells[("low",)] = dec(e[0]) - Z * error
    cells[("high",)] = dec(e[0]) + Z * error
    cells[("healthy",)] = dec(sum(y * (1 - Fraction(2 * (i + 1), 100)) for i, y in enumerate(years)) / 100000)
    # The open group's variance_q is not defined: q is 1 by convention.
    cells[("vq", "85")] = Decimal(0)
    return cells


def dying(deaths, population, start, end):
    """1 - prod(1 - q) and the root of the delta method's variance, from the logarithmic derivative."""
    bands = range(AGES.index(start), AGES.index(end))
    m = {i: Fraction(deaths[i], population[i]) for i in bands}
    q = {i: 5 * m[i] / (1 + Fraction(5, 2) * m[i]) for i in bands}
    alive = math.prod((1 - q[i] for i in bands), start=Fraction(1))
    variance = sum((5 / (1 + Fraction(5, 2) * m[i]) ** 2 / (1 - q[i])) ** 2 * m[i] / population[i]
                   for i in bands)
    return dec(1 - alive), dec(variance * alive * alive).sqrt()


# Small numbers ----------------------------------------------------------------------------------------

def poisson_at_most(k, mean):
    """P(X <= k) as a whole sum."""
    term, total = Decimal(1), Decimal(1)
    for i in range(1, k + 1):
        term *= mean / i
        total += term
    return total * (-mean).exp()


def poisson_interval(k):
    """Garwood's limits by bisection."""
    top = Decimal(k) + 12 * Decimal(k + 1).sqrt() + 12
    high = bisect(lambda x: poisson_at_most(k, x) > Decimal("0.025"), Decimal(k), top, 60)
    if k == 0:
        return Decimal(0), high
    return bisect(lambda x: poisson_at_most(k - 1, x) > Decimal("0.975"), Decimal(0), Decimal(k), 60), high


def wilson_interval(k, n):
    """Where (p - k/n)^2 = z^2 p (1 - p) / n."""
    share = Decimal(k) / n

    def inside(p):
        return (p - share) ** 2 <= Z * Z * p * (1 - p) / n
    low = bisect(lambda p: not inside(p), Decimal(0), share) if k else Decimal(0)
    high = bisect(inside, share, Decimal(1)) if k < n else Decimal(1)
    return low, high


def rate_ratio(a, n, b, m):
    """Twice the smaller binomial tail, in integers."""
    events, weights = a + b, []
    for i in range(events + 1):
        weights.append(math.comb(events, i) * n ** i * m ** (events - i))
    whole = (n + m) ** events
    tail = min(sum(weights[:a + 1]), sum(weights[a:]))
    return min(Decimal(1), dec(Fraction(2 * tail, whole)))


def normal_p(z):
    return 1 - erf(abs(z) / Decimal(2).sqrt())


def fisher(a, n, b, m):
    """The sum over all tables that are no more probable, in integers."""
    good = a + b
    low, high = max(0, good - m), min(good, n)
    # One binomial from the next would round nothing either; comb of such sizes is slow, so step.
    weight, weights = math.comb(n, low) * math.comb(m, good - low), []
    for x in range(low, high + 1):
        weights.append(weight)
        weight = weight * (n - x) * (good - x) // ((x + 1) * (m - good + x + 1))
    seen = weights[a - low]
    return dec(Fraction(sum(w for w in weights if w <= seen), sum(weights)))


def fisher_large(a, n, b, m):
    """As fisher, with decimals of 60 digits: integers of a hundred thousand digits take too long."""
    good = a + b
    low, high = max(0, good - m), min(good, n)
    weight, weights = Decimal(1), []
    for x in range(low, high + 1):
        weights.append(weight)
        weight = weight * (n - x) * (good - x) / ((x + 1) * (m - good + x + 1))
    seen = weights[a - low] * (1 + Decimal("1e-40"))
    return sum(w for w in weights if w <= seen) / sum(weights)


def proportion(a, n, b, m):
    if n + m > 10_000_000:
        pooled = Decimal(a + b) / (n + m)
        error = (pooled * (1 - pooled) * (Decimal(1) / n + Decimal(1) / m)).sqrt()
        return normal_p((Decimal(a) / n - Decimal(b) / m) / error)
    return fisher(a, n, b, m) if a + b < 2000 else fisher_large(a, n, b, m)


def count(kind, f):
    """What numbers_print makes of a line of counts.csv."""
    if kind == "poisson":
        return poisson_interval(int(f[0]))
    if kind == "wilson":
        return wilson_interval(int(f[0]), int(f[1]))
    if kind == "rate":
        return (rate_ratio(*(int(x) for x in f[:4])),)
    if kind == "proportion":
        return (proportion(*(int(x) for x in f[:4])),)
    # the driver reads doubles; what they hold exactly is what counts
    a, error_a, b, error_b = (Decimal(float(x)) for x in f[:4])
    return (normal_p((a - b) / (error_a ** 2 + error_b ** 2).sqrt()),)


# Projection -------------------------------------------------------------------------------------------

def median(values):
    values = sorted(values)
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def theil_sen(x, y):
    pairs = [(i, j) for i in range(len(x)) for j in range(i + 1, len(x))]
    slope = median([(y[j] - y[i]) / (x[j] - x[i]) for i, j in pairs])
    return slope, median([v - slope * u for u, v in zip(x, y)])


def random_numbers(x, y):
    """splitmix64, seeded by FNV-1a of the doubles' bytes."""
    mask, state = 2 ** 64 - 1, 14695981039346656037
    for byte in b"".join(struct.pack("<d", v) for v in x + y):
        state = (state ^ byte) * 1099511628211 & mask
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & mask
        yield z ^ (z >> 31)


def project(x, y, ahead):
    """{name: value} for the last x and for those that lie further ahead."""
    draws, random = 2000, random_numbers(x, y)
    fx, fy = [Fraction(v) for v in x], [Fraction(v) for v in y]
    slope, height = theil_sen(fx, fy)
    rest = [v - slope * u - height for u, v in zip(fx, fy)]
    length = next(k for k in range(1, 99) if k ** 3 >= len(x))
    lines = []
    for _ in range(draws):
        drawn = []
        while len(drawn) < len(x):
            start = next(random) % (len(x) - length + 1)
            drawn += rest[start:start + length]
        # 60 digits are enough here and ten times faster than fractions
        lines.append(theil_sen([dec(u) for u in fx],
                               [dec(slope * u + height + r) for u, r in zip(fx, drawn)]))
    cells = {}
    for step in ahead:
        at = fx[-1] + step
        values = sorted(b + a * dec(at) for a, b in lines)
        name = str(step)
        cells[(name, "there")] = Decimal(1)
        cells[(name, "slope")] = dec(slope)
        cells[(name, "value")] = dec(slope * at + height)
        cells[(name, "low")] = values[draws // 20 - 1]
        cells[(name, "high")] = values[draws - draws // 20]
    return cells


# Comparison -------------------------------------------------------------------------------------------

class Comparison:
    """Counts what was compared and keeps what differs."""

    def __init__(self):
        self.compared, self.worst, self.faults = 0, Decimal(0), []

    def number(self, name, ours, other):
        self.compared += 1
        gap = abs(Decimal(ours) - other)
        if other != 0:
            gap /= abs(other)
        self.worst = max(self.worst, gap)
        if not gap <= TOLERANCE:
            self.faults.append(f"{name}: our code has {ours}, other methods {other:.17g}")

    def printed(self, name, ours, text, slack=1):
        self.compared += 1
        unit = Decimal(1).scaleb(Decimal(text).as_tuple().exponent)
        if not abs(Decimal(ours) - Decimal(text)) <= unit * slack * Decimal("0.500001"):
            self.faults.append(f"{name}: our code has {ours}, printed is {text}")


def rows(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    return [line.split(",") for line in lines[1:]]


def run(driver, kind, path):
    output = subprocess.run([driver, kind, path], capture_output=True, text=True, check=True).stdout
    return {tuple(line.split()[:-1]): line.split()[-1] for line in output.splitlines()}


def check_all(comparison, name, ours, expected):
    for key in sorted(set(ours) | set(expected)):
        label = f"{name} {' '.join(key)}"
        if key not in ours or key not in expected:
            comparison.faults.append(f"{label}: only on one side")
        else:
            comparison.number(label, ours[key], expected[key])


def check_lifetable(comparison, driver, path):
    table = rows(path)
    population, deaths = [int(r[1]) for r in table], [int(r[2]) for r in table]
    a = [Fraction(1, 10), Fraction(2, 5)] + [Fraction(1, 2)] * 17
    published = [Fraction(r[3]) / w if r[3] and w else f for r, w, f in zip(table, WIDTHS, a)]
    share = [Fraction(1, 4)] * 2 + [Fraction(1, 16)] * 17
    infants = [Fraction(1, 8)] + [Fraction(0)] * 18
    expected = {}
    for name, cells in (
            ("plain", life_table(deaths, population, a)),
            ("published", life_table(deaths, population, published)),
            ("corrected", life_table(deaths, population, a, share)),
            ("born", life_table(deaths, population, a, infants, (population[0] + 17, deaths[0])))):
        expected.update({(name,) + key: value for key, value in cells.items()})
    for ages in ((30, 70), (5, 85), (40, 45)):
        p, error = dying(deaths, population, *ages)
        expected[("dying", str(ages[0]), str(ages[1]), "p")] = p
        expected[("dying", str(ages[0]), str(ages[1]), "error")] = error
    ours = run(driver, "lifetable", path)
    check_all(comparison, os.path.basename(path), ours, expected)
    return ours


def check_printed(comparison, path, tables):
    for table, column, age, text, slack in rows(path):
        ours = tables[table][("published", column, age)]
        # a slack of one unit beyond rounding is three half units
        comparison.printed(f"{table} {column} {age}", ours, text, 1 + 2 * int(slack))


def check_counts(comparison, driver, path, show):
    ours = run(driver, "counts", path)
    for i, (kind, *fields) in enumerate(rows(path)):
        name = " ".join([kind] + [f for f in fields[:4] if f])
        for side, value, text in zip(("low", "high"), count(kind, fields), fields[4:6]):
            mine = ours[(str(i), side)]
            comparison.number(f"{name} {side}", mine, value)
            if text:
                comparison.printed(f"{name} {side}", mine, text)
            if show:
                print(f"{name:40} {side:5} {mine:25} {value:.17g} {text}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("data")
    parser.add_argument("--show", action="store_true", help="print what was compared")
    args = parser.parse_args()
    comparison, tables = Comparison(), {}
    for name in sorted(os.listdir(args.data)):
        path = os.path.join(args.data, name)
        if name.startswith("lifetable_"):
            tables[name[len("lifetable_"):-len(".csv")]] = check_lifetable(comparison, args.driver, path)
        elif name.startswith("series_"):
            points = rows(path)
            x, y = [float(p[0]) for p in points], [float(p[1]) for p in points]
            check_all(comparison, name, run(args.driver, "series", path), project(x, y, (0, 5)))
    check_printed(comparison, os.path.join(args.data, "printed_lifetable.csv"), tables)
    check_counts(comparison, args.driver, os.path.join(args.data, "counts.csv"), args.show)
    if args.show:
        for name, cells in tables.items():
            for key in (("plain", "expectancy"), ("plain", "low"), ("plain", "high"),
                        ("published", "expectancy"), ("dying", "30", "70", "p")):
                print(f"{name:28} {' '.join(key):24} {cells[key]}")
    for fault in comparison.faults:
        print(fault)
    print(f"{comparison.compared} numbers compared, {len(comparison.faults)} differ; "
          f"largest gap {comparison.worst:.1e}")
    return 1 if comparison.faults or len(tables) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
