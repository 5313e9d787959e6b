/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Our half of the comparison with numbers_oracle.py: reads one of the files in data/ and prints
 * what our code makes of it, a name and a number per line, with all digits of a double.
 *
 *     numbers_print lifetable|counts|series FILE
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/interval.h"
#include "model/lifetable.h"
#include "model/projection.h"

enum { FIELDS_MAX = 8 };

/* One line of a file as fields; false at its end. Comments and the head line are left out. */
static bool next_row(FILE *file, char line[512], char *fields[FIELDS_MAX])
{
	while (fgets(line, 512, file)) {
		char *rest = line;

		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		for (int i = 0; i < FIELDS_MAX; i++)
			fields[i] = rest ? strsep(&rest, ",") : "";
		if (strcmp(fields[0], "age") != 0 && strcmp(fields[0], "kind") != 0 &&
			strcmp(fields[0], "x") != 0)
			return true;
	}
	return false;
}

static double number(const char *text)
{
	return strtod(text, NULL);
}

static uint64_t whole(const char *text)
{
	return strtoull(text, NULL, 10);
}

static void print_table(const char *name, const struct lifetable_in *in)
{
	/* a made-up share, the same in the oracle: it grows by 2 % a band */
	double unhealthy[AGE_BANDS];
	struct lifetable table;
	const enum lifetable_fault fault = lifetable_make(in, &table);

	printf("%s fault %d\n", name, (int)fault);
	if (fault != LIFETABLE_OK)
		return;
	for (int i = 0; i < AGE_BANDS; i++) {
		const struct lifetable_row *row = &table.row[i];
		const int age = age_band_from(i);

		unhealthy[i] = 0.02 * (i + 1);
		printf("%s m %d %.17g\n%s q %d %.17g\n%s l %d %.17g\n", name, age, row->m, name,
			age, row->q, name, age, row->l);
		printf("%s d %d %.17g\n%s L %d %.17g\n%s T %d %.17g\n", name, age, row->d, name,
			age, row->L, name, age, row->T);
		printf("%s e %d %.17g\n%s vq %d %.17g\n%s ve %d %.17g\n", name, age, row->e, name,
			age, row->variance_q, name, age, row->variance_e);
	}
	printf("%s expectancy %.17g\n%s error %.17g\n", name, table.expectancy, name,
		table.standard_error);
	printf("%s low %.17g\n%s high %.17g\n", name, table.low, name, table.high);
	printf("%s healthy %.17g\n", name, healthy_expectancy(&table, unhealthy));
}

static void print_dying(const struct lifetable_in *in, int from, int to)
{
	double p, error;

	if (!probability_of_dying(in->deaths, in->population, from, to, &p, &error))
		abort();
	printf("dying %d %d p %.17g\ndying %d %d error %.17g\n", from, to, p, from, to, error);
}

/* Four tables of one file: as plans count; with the publisher's fractions; with unreported deaths;
 * with q0 from births. The last two have parameters of our own, the same in the oracle. */
static void print_lifetable(FILE *file)
{
	struct lifetable_in plain = lifetable_in_default(), published = plain, corrected, born;
	char line[512], *fields[FIELDS_MAX];

	for (int i = 0; i < AGE_BANDS && next_row(file, line, fields); i++) {
		plain.population[i] = published.population[i] = number(fields[1]);
		plain.deaths[i] = published.deaths[i] = number(fields[2]);
		if (fields[3][0] && i < AGE_BANDS - 1)
			published.a[i] = number(fields[3]) / age_band_width(i);
	}
	corrected = born = plain;
	for (int i = 0; i < AGE_BANDS; i++)
		corrected.unreported[i] = i < 2 ? 0.25 : 0.0625;
	born.births = plain.population[0] + 17;
	born.infant_deaths = plain.deaths[0];
	born.unreported[0] = 0.125;
	print_table("plain", &plain);
	print_table("published", &published);
	print_table("corrected", &corrected);
	print_table("born", &born);
	print_dying(&plain, 30, 70);
	print_dying(&plain, 5, 85);
	print_dying(&plain, 40, 45);
}

static void print_counts(FILE *file)
{
	char line[512], *f[FIELDS_MAX];

	for (int row = 0; next_row(file, line, f); row++) {
		struct interval i = { NAN, NAN };

		if (strcmp(f[0], "poisson") == 0)
			i = poisson_interval(whole(f[1]));
		else if (strcmp(f[0], "wilson") == 0)
			i = wilson_interval(whole(f[1]), whole(f[2]));
		else if (strcmp(f[0], "rate") == 0)
			i.low = rate_ratio_p(whole(f[1]), number(f[2]), whole(f[3]), number(f[4]));
		else if (strcmp(f[0], "proportion") == 0)
			i.low = proportion_p(whole(f[1]), whole(f[2]), whole(f[3]), whole(f[4]));
		else if (strcmp(f[0], "difference") == 0)
			i.low = difference_p(
				number(f[1]), number(f[2]), number(f[3]), number(f[4]));
		printf("%d low %.17g\n%d high %.17g\n", row, i.low, row, i.high);
	}
}

static void print_series(FILE *file)
{
	double x[PROJECTION_POINTS_MAX], y[PROJECTION_POINTS_MAX];
	char line[512], *fields[FIELDS_MAX];
	size_t points = 0;

	while (points < PROJECTION_POINTS_MAX && next_row(file, line, fields)) {
		x[points] = number(fields[0]);
		y[points++] = number(fields[1]);
	}
	for (int ahead = 0; ahead <= 5; ahead += 5) {
		const struct projection p = project(x, y, points, x[points - 1] + ahead);

		printf("%d there %d\n%d slope %.17g\n%d value %.17g\n%d low %.17g\n%d high %.17g\n",
			ahead, p.there, ahead, p.slope, ahead, p.value, ahead, p.low, ahead,
			p.high);
	}
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;

	if (!file) {
		fprintf(stderr, "usage: numbers_print lifetable|counts|series FILE\n");
		return 64;
	}
	if (strcmp(argv[1], "lifetable") == 0)
		print_lifetable(file);
	else if (strcmp(argv[1], "counts") == 0)
		print_counts(file);
	else
		print_series(file);
	fclose(file);
	return 0;
}
