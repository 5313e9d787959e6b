/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Nothing is drawn in the first half second: most files are sent by then. */
#include "collector/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/language.h"

enum { WIDTH = 24, FIRST_MS = 500, EVERY_MS = 100 };

static void bar_text(uint64_t done, uint64_t total, char *ret, size_t size)
{
	static const char *const parts[] = { "·", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	uint64_t eighths = total ? done * WIDTH * 8 / total : 0;
	size_t len = 0;

	for (uint64_t i = 0; i < WIDTH; i++) {
		const char *part = "·";

		if (eighths >= (i + 1) * 8)
			part = "█";
		else if (eighths > i * 8)
			part = parts[eighths - i * 8];
		len += (size_t)snprintf(ret + len, size - len, "%s", part);
	}
}

void progress_text(uint64_t done, uint64_t total, int64_t elapsed_ms, char ret[PROGRESS_TEXT_BYTES])
{
	uint64_t rate = elapsed_ms > 0 ? done * 1000 / (uint64_t)elapsed_ms : 0;
	uint64_t left = rate > 0 && total > done ? (total - done + rate - 1) / rate : 0;
	char bar[WIDTH * 4], speed[32];

	if (done > total)
		done = total;
	bar_text(done, total, bar, sizeof(bar));
	if (rate >= 1000)
		snprintf(speed, sizeof(speed), "%" PRIu64 ".%" PRIu64 "k", rate / 1000,
			rate % 1000 / 100);
	else
		snprintf(speed, sizeof(speed), "%" PRIu64, rate);
	snprintf(ret, PROGRESS_TEXT_BYTES,
		language_pick("上报 %s %" PRIu64 "/%" PRIu64 "  %s 份/秒  剩余 %" PRIu64
			      ":%02" PRIu64,
			"sending %s %" PRIu64 "/%" PRIu64 "  %s/s  %" PRIu64 ":%02" PRIu64 " left"),
		bar, done, total, speed, left / 60, left % 60);
}

void progress_draw(struct progress *progress, uint64_t done, uint64_t total)
{
	char text[PROGRESS_TEXT_BYTES];
	struct mono now;

	if (!progress->shown)
		return;
	now = clock_mono();
	if (mono_ms_since(progress->start, now) < FIRST_MS ||
		mono_ms_since(progress->last, now) < EVERY_MS)
		return;
	progress->last = now;
	progress->drawn = true;
	progress_text(done, total, mono_ms_since(progress->start, now), text);
	fprintf(stderr, "\r%s\033[K", text);
}

void progress_end(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
