/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Samples as text, histograms, and the file that is replaced as a whole. */
#include "base/metrics.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static struct histogram durations;

static void read_two(const void *ctx, struct samples *out)
{
	sample_add(out, *(const int *)ctx, "result=\"%s\"", "held");
	sample_add(out, 0.25, "result=\"%s\"", "rejected");
}

static void read_nothing(const void *ctx, struct samples *out)
{
	(void)ctx;
	(void)out;
}

static void read_histogram(const void *ctx, struct samples *out)
{
	(void)ctx;
	sample_histogram(out, &durations);
}

static const struct metric table[] = {
	{ "huibao_a_total", METRIC_COUNTER, "", "Things.", read_two },
	{ "huibao_b", METRIC_GAUGE, "bytes", "Cannot be read.", read_nothing },
	{ "huibao_c_seconds", METRIC_HISTOGRAM, "seconds", "Times.", read_histogram },
};

/* The table as text; the caller frees it. */
static char *printed(int value)
{
	struct samples samples = { 0 };
	struct buffer text = { 0 };

	cr_assert_eq(metrics_read(table, array_len(table), &value, &samples), 0);
	cr_assert_eq(metrics_print(&samples, &text), 0);
	cr_assert_eq(buffer_add(&text, bytes_of("", 1)), 0);
	samples_fini(&samples);
	return (char *)text.data;
}

static struct mono at_ms(double ms)
{
	return (struct mono){ .ns = (int64_t)(ms * 1e6) };
}

Test(metrics, samples_stand_under_their_family_and_what_cannot_be_read_is_absent)
{
	char *text = printed(7);

	cr_expect(strstr(text, "# HELP huibao_a_total Things.\n# TYPE huibao_a_total counter\n"
			       "huibao_a_total{result=\"held\"} 7\n"
			       "huibao_a_total{result=\"rejected\"} 0.250000000\n"
			       "# HELP huibao_c_seconds"),
		"%s", text);
	cr_expect(!strstr(text, "huibao_b"), "%s", text);
	free(text);
}

Test(metrics, a_histogram_counts_each_once_and_sums_up)
{
	char *text;

	histogram_add(&durations, at_ms(0), at_ms(0.4));
	histogram_add(&durations, at_ms(0), at_ms(0.5));
	histogram_add(&durations, at_ms(10), at_ms(13));
	histogram_add(&durations, at_ms(0), at_ms(60000));
	histogram_add(&durations, at_ms(5), at_ms(1)); /* a clock that went back counts as 0 */
	text = printed(0);
	cr_expect(strstr(text, "_bucket{le=\"0.0005\"} 3\n"), "%s", text);
	cr_expect(strstr(text, "_bucket{le=\"0.002\"} 3\n"), "%s", text);
	cr_expect(strstr(text, "_bucket{le=\"0.005\"} 4\n"), "%s", text);
	cr_expect(strstr(text, "_bucket{le=\"10\"} 4\n"), "%s", text);
	cr_expect(strstr(text, "_bucket{le=\"+Inf\"} 5\n"), "%s", text);
	cr_expect(strstr(text, "_sum 60.003900000\n"), "%s", text);
	cr_expect(strstr(text, "_count 5\n"), "%s", text);
	free(text);
}

Test(metrics, a_process_knows_its_memory_and_its_disk)
{
	const struct process process = { .program = "testd", .data_dir = "/", .started = { 5000 } };
	struct samples samples = { 0 };
	uint64_t before, after;
	char *held;

	cr_assert_eq(process_memory(&before), 0);
	held = malloc(32 << 20);
	memset(held, 1, 32 << 20);
	cr_assert_eq(process_memory(&after), 0);
	cr_expect_geq(after, before + (30 << 20));
	free(held);
	cr_assert_eq(metrics_read(process_metrics, process_metrics_count, &process, &samples), 0);
	cr_expect_eq(samples.count, process_metrics_count, "each is there");
	cr_expect_str_eq(samples.sample[1].labels, "program=\"testd\"");
	cr_expect_eq(samples.sample[1].value, 5);
	samples_fini(&samples);
}

Test(metrics, a_file_is_due_every_fifteen_seconds_and_named_for_node_exporter)
{
	struct metrics_file file = { 0 };

	cr_expect(metrics_file_due(&file, "/x.prom", at_ms(1)));
	file.written = at_ms(1000);
	cr_expect(!metrics_file_due(&file, "/x.prom", at_ms(15999)));
	cr_expect(metrics_file_due(&file, "/x.prom", at_ms(16000)));
	cr_expect(!metrics_file_due(&file, "", at_ms(90000)));
	cr_expect(metrics_file_named(""));
	cr_expect(metrics_file_named("/run/a.prom"));
	cr_expect(!metrics_file_named("/run/a.txt"));
	cr_expect(!metrics_file_named(".prom"));
}

static int read_table(const void *ctx, struct samples *out)
{
	return ctx ? metrics_read(table, array_len(table), ctx, out)
		   : err_here(ERR_NOMEM, "no memory for samples");
}

Test(metrics, a_file_that_cannot_be_read_for_or_written_is_said_once)
{
	char folder[] = "/tmp/huibao-metrics-XXXXXX", path[64], line[512] = "";
	struct metrics_file file = { 0 };
	struct stat info;
	FILE *said;
	int value = 1, lines = 0;

	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.prom", folder);
	cr_redirect_stderr();
	metrics_file_put(&file, path, read_table, &value);
	cr_expect_eq(stat(path, &info), 0);
	cr_expect_eq(info.st_mode & 0777, 0644);
	unlink(path);
	rmdir(folder);
	for (int i = 0; i < 3; i++)
		metrics_file_put(&file, path, read_table, &value);
	cr_expect(file.failed);
	cr_assert_eq(mkdir(folder, 0700), 0);
	metrics_file_put(&file, path, read_table, &value);
	cr_expect(!file.failed);
	for (int i = 0; i < 3; i++) {
		file.written = (struct mono){ 0 };
		metrics_file_put(&file, path, read_table, NULL);
		cr_expect(file.written.ns > 0, "tried again after the usual time only");
	}
	said = cr_get_redirected_stderr();
	fflush(stderr);
	while (fgets(line, sizeof(line), said))
		lines++;
	cr_expect_eq(lines, 3, "not written, written again, not written: %d lines", lines);
	unlink(path);
	rmdir(folder);
}
