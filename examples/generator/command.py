# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The command line that the generators of all places share."""
import argparse
import os
import sys

from . import place as places
from .catalogue import Catalogue

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir)


def years_from(text):
    first, _, last = text.partition("..")
    return list(range(int(first), int(last or first) + 1))


def run(spec, argv=None):
    """spec: TITLE, YEARS (first, last), MONTHLY (years by default), SIZES, BIRTHS, MORTALITY, ABSENT and
    build(catalogue, size)."""
    first, last = spec.YEARS
    default = ",".join(map(str, spec.MONTHLY)) or "none"
    parser = argparse.ArgumentParser(description="Generate the reports of %s, all invented." % spec.TITLE)
    parser.add_argument("outdir", metavar="OUTDIR", help="folder to write to; made if it is not there")
    parser.add_argument("--years", default="%d..%d" % (first, last), metavar="A..B", help="within %d..%d" % (first, last))
    parser.add_argument("--monthly-years", default=default, metavar="all|none|YEARS",
        help="years whose monthly returns of institutions are written, too (default %s)" % default)
    parser.add_argument("--facilities", choices=sorted(spec.SIZES), default="full")
    parser.add_argument("--catalog", default=os.path.join(ROOT, "catalog"), metavar="DIR")
    arguments = parser.parse_args(argv)
    years = years_from(arguments.years)
    if not years or years[0] < first or years[-1] > last:
        parser.error("--years must lie within %d..%d" % (first, last))
    months = {"all": years, "none": []}.get(arguments.monthly_years)
    if months is None:
        months = [int(y) for y in arguments.monthly_years.split(",")]
    place = spec.build(Catalogue(arguments.catalog), arguments.facilities)
    _, rows = places.make(place, arguments.outdir, years, spec, months)
    for note in place.notes:
        print("note:", note, file=sys.stderr)
    print("%s: %d facilities, %d reports, all generated" % (arguments.outdir, len(place.facilities), rows))
    return 0
