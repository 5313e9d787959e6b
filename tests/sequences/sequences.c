/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * sequences FIRST COUNT: plays the sequences of these seeds and prints what went in and what came
 * out, for recompute.py. The same seed gives the same lines, whatever the machine. */
#include <stdio.h>
#include <stdlib.h>

#include "ingestd/batch.h"
#include "tests/sequences/tell.h"

enum { STEPS_MIN = 30, STEPS_MORE = 31 };

static void sequence_play(
	uint64_t seed, struct bytes bundle, struct batch *batch, struct arena *arena)
{
	static struct play play;
	uint32_t steps;

	play = (struct play){ .requests = 0 };
	printf("S %llu\n", (unsigned long long)seed);
	house_open(&play.house, seed, bundle, batch, arena);
	play_open(&play);
	steps = STEPS_MIN + chance(&play.house, STEPS_MORE);
	for (uint32_t i = 0; i < steps; i++) {
		uint32_t kind = chance(&play.house, 100);

		if (i == 0 || kind >= 65)
			play_command(&play);
		else if (kind < 55)
			play_message(&play);
		else
			play_time(&play);
		house_drift(&play.house);
	}
	figures_tell(&play);
	house_close(&play.house);
}

int main(int argc, char **argv)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(batch_free) struct batch *batch = NULL;
	AUTO(arena_free) struct arena *arena = NULL;
	unsigned long long first, count;

	if (argc != 3) {
		fprintf(stderr, "usage: sequences FIRST COUNT\n");
		return 2;
	}
	first = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	must(catalog_load(SOURCE_DIR "/tests/sequences/catalog", &catalog));
	must(batch_new(&batch));
	must(arena_new(&arena));
	for (unsigned long long i = 0; i < count; i++)
		sequence_play(first + i, catalog_bundle(catalog), batch, arena);
	return fflush(stdout) == 0 ? 0 : 1;
}
