/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Metrics: a table says what there is to measure and who reads it; one reading of the table gives
 * samples, which are printed as Prometheus text or packed as an answer. What cannot be read gives
 * no sample: an absent figure is better than a wrong one. Labels come from lists of ours (a result,
 * a reason, a store, a rule of the catalogue), never from a facility's or a person's name. */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/bytes.h"
#include "base/clock.h"

enum metric_type { METRIC_COUNTER = 1, METRIC_GAUGE, METRIC_HISTOGRAM };
/* "counter", "gauge", "histogram" */
const char *metric_type_name(enum metric_type type);

struct samples;

/* One family. Names are huibao_…, in base units, counters end in _total. */
struct metric {
	const char *name;
	enum metric_type type;
	const char *unit; /* "bytes", "seconds", …; "": a plain number */
	const char *help; /* one English line */
	void (*read)(const void *ctx, struct samples *out);
};

enum { SAMPLE_LABELS_BYTES = 96 };
struct sample {
	const struct metric *metric;
	const char *suffix;               /* "", or of a histogram "_bucket", "_sum", "_count" */
	char labels[SAMPLE_LABELS_BYTES]; /* result="held",program="ingestd"; "": none */
	double value;
};

/* Begins as { 0 }. */
struct samples {
	struct sample *sample; /* owned */
	size_t count, size;
	const struct metric *metric; /* being read */
	bool failed;                 /* memory was lacking: metrics_read says so */
};
void samples_fini(struct samples *samples);
static inline void samples_fini_auto(struct samples *samples)
{
	samples_fini(samples);
}

/* For reading functions: the family's one sample, or one of several with its labels as they are
 * printed. */
void sample_plain(struct samples *out, double value);
void sample_add(struct samples *out, double value, const char *labels, ...)
	__attribute__((format(printf, 3, 4)));

/* How long something took, counted by bounds that are the same everywhere. */
enum { HISTOGRAM_BOUNDS = 14 };
struct histogram {
	uint64_t bucket[HISTOGRAM_BOUNDS + 1]; /* the last: above every bound */
	uint64_t sum_ns, count;
};
void histogram_add(struct histogram *histogram, struct mono start, struct mono end);
/* For reading functions: the whole histogram as samples. */
void sample_histogram(struct samples *out, const struct histogram *histogram);

/* Reads every family of the table, appending to out. */
CHECKED int metrics_read(
	const struct metric *table, size_t count, const void *ctx, struct samples *out);
/* Appends the samples as Prometheus text; those of one family must stand together. */
CHECKED int metrics_print(const struct samples *samples, struct buffer *out);
/* A sample's value as it is printed: as many digits as it needs. */
enum { SAMPLE_TEXT_BYTES = 32 };
void sample_print(double value, char ret[SAMPLE_TEXT_BYTES]);

/* What is measured of every daemon's process. */
struct process {
	const char *program;  /* "ingestd" */
	const char *data_dir; /* on the disk that matters */
	struct wall started;
};
extern const struct metric process_metrics[];
extern const size_t process_metrics_count;

/* Memory of its own that the process holds (RssAnon), without what it maps of files. ERR_IO. */
CHECKED int process_memory(uint64_t *ret_bytes);

/* The text file for node_exporter: replaced as a whole every 15 seconds and at the end. */
enum { METRICS_FILE_MS = 15 * 1000 };
struct metrics_file {
	struct mono written; /* when it was last tried */
	bool failed;         /* and it could not be; said once */
};
/* Whether node_exporter reads a file of this name; "" is none, and well. */
bool metrics_file_named(const char *path);
/* Whether it is time; path "": never. */
bool metrics_file_due(const struct metrics_file *file, const char *path, struct mono now);
/* Reads the samples and puts them there. A failure is logged once, until it goes well again, and is
 * nobody else's business. */
typedef int samples_read(const void *ctx, struct samples *out);
void metrics_file_put(
	struct metrics_file *file, const char *path, samples_read *read, const void *ctx);

#endif
