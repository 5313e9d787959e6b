/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Samples carry their fault with them, so that reading functions are written straight down. */
#include "base/metrics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

/* Seconds. From half a millisecond (a flush on a good disk) to ten seconds (something is wrong). */
static const double bounds[HISTOGRAM_BOUNDS] = { 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
	0.2, 0.5, 1, 2, 5, 10 };

const char *metric_type_name(enum metric_type type)
{
	static const char *const names[] = { [METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_HISTOGRAM] = "histogram" };

	return names[type];
}

void samples_fini(struct samples *samples)
{
	free(samples->sample);
	*samples = (struct samples){ 0 };
}

/* NULL: no memory; said by metrics_read. */
static struct sample *sample_new(struct samples *out, const char *suffix, double value)
{
	if (out->count == out->size) {
		size_t size = out->size ? 2 * out->size : 64;
		struct sample *grown = reallocarray(out->sample, size, sizeof(*grown));

		if (!grown) {
			out->failed = true;
			return NULL;
		}
		out->sample = grown;
		out->size = size;
	}
	out->sample[out->count] =
		(struct sample){ .metric = out->metric, .suffix = suffix, .value = value };
	return &out->sample[out->count++];
}

void sample_plain(struct samples *out, double value)
{
	sample_new(out, "", value);
}

void sample_add(struct samples *out, double value, const char *labels, ...)
{
	struct sample *sample = sample_new(out, "", value);
	va_list args;

	if (!sample)
		return;
	va_start(args, labels);
	vsnprintf(sample->labels, sizeof(sample->labels), labels, args);
	va_end(args);
}

void histogram_add(struct histogram *histogram, struct mono start, struct mono end)
{
	int64_t ns = end.ns > start.ns ? end.ns - start.ns : 0;
	size_t i = 0;

	while (i < HISTOGRAM_BOUNDS && (double)ns > bounds[i] * 1e9)
		i++;
	histogram->bucket[i]++;
	histogram->count++;
	histogram->sum_ns += (uint64_t)ns;
}

void sample_histogram(struct samples *out, const struct histogram *histogram)
{
	uint64_t below = 0;

	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		struct sample *sample;

		below += histogram->bucket[i];
		sample = sample_new(out, "_bucket", (double)below);
		if (sample && i < HISTOGRAM_BOUNDS)
			snprintf(sample->labels, sizeof(sample->labels), "le=\"%g\"", bounds[i]);
		else if (sample)
			snprintf(sample->labels, sizeof(sample->labels), "le=\"+Inf\"");
	}
	sample_new(out, "_sum", (double)histogram->sum_ns / 1e9);
	sample_new(out, "_count", (double)histogram->count);
}

int metrics_read(const struct metric *table, size_t count, const void *ctx, struct samples *out)
{
	for (size_t i = 0; i < count; i++) {
		out->metric = &table[i];
		table[i].read(ctx, out);
	}
	return out->failed ? err_here(ERR_NOMEM, "cannot hold the metrics") : 0;
}

void sample_print(double value, char ret[SAMPLE_TEXT_BYTES])
{
	bool whole = value > -1e15 && value < 1e15 && value == (double)(int64_t)value;

	if (whole)
		snprintf(ret, SAMPLE_TEXT_BYTES, "%.0f", value);
	else
		snprintf(ret, SAMPLE_TEXT_BYTES, "%.9f", value);
}

int metrics_print(const struct samples *samples, struct buffer *out)
{
	const struct metric *family = NULL;

	for (size_t i = 0; i < samples->count; i++) {
		const struct sample *sample = &samples->sample[i];
		bool labelled = sample->labels[0] != '\0';
		char value[SAMPLE_TEXT_BYTES];
		int r = 0;

		if (sample->metric != family)
			r = buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", sample->metric->name,
				sample->metric->help, sample->metric->name,
				metric_type_name(sample->metric->type));
		family = sample->metric;
		sample_print(sample->value, value);
		if (r < 0 || (r = buffer_format(out, "%s%s%s%s%s %s\n", family->name,
				      sample->suffix, labelled ? "{" : "", sample->labels,
				      labelled ? "}" : "", value)) < 0)
			return err_pass(r);
	}
	return 0;
}
