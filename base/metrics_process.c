/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is measured of every daemon, and the file in which node_exporter finds it. The file is made
 * beside its place and renamed, so a reader sees the old one or the new one; it is not flushed, for
 * after a power loss the next one comes within seconds of the start. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/metrics.h"

int process_memory(uint64_t *ret_bytes)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned long long kib = 0;
	bool found = false;
	char line[256];

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "RssAnon: %llu", &kib) == 1;
	if (file)
		fclose(file);
	if (!found)
		return err_here(ERR_IO, "the system does not tell how much memory is used");
	*ret_bytes = kib * 1024;
	return 0;
}

static void read_build(const void *ctx, struct samples *out)
{
	const struct process *process = ctx;

	sample_add(out, 1, "program=\"%s\",version=\"%s\"", process->program, HUIBAO_VERSION);
}

static void read_started(const void *ctx, struct samples *out)
{
	const struct process *process = ctx;

	sample_add(out, (double)process->started.ms / 1000, "program=\"%s\"", process->program);
}

static void read_memory(const void *ctx, struct samples *out)
{
	const struct process *process = ctx;
	uint64_t bytes;

	if (process_memory(&bytes) == 0)
		sample_add(out, (double)bytes, "program=\"%s\"", process->program);
}

static void read_disk(const struct process *process, bool size, struct samples *out)
{
	struct disk_room room;

	if (disk_room(process->data_dir, &room) == 0)
		sample_add(out, (double)(size ? room.size_bytes : room.free_bytes),
			"program=\"%s\"", process->program);
}

static void read_disk_free(const void *ctx, struct samples *out)
{
	read_disk(ctx, false, out);
}

static void read_disk_size(const void *ctx, struct samples *out)
{
	read_disk(ctx, true, out);
}

const struct metric process_metrics[] = {
	{ "huibao_build_info", METRIC_GAUGE, "", "Which version runs; always 1.", read_build },
	{ "huibao_start_time_seconds", METRIC_GAUGE, "seconds",
		"When the daemon was started, since 1970.", read_started },
	{ "huibao_memory_anonymous_bytes", METRIC_GAUGE, "bytes",
		"Memory of its own that the daemon holds (RssAnon).", read_memory },
	{ "huibao_disk_free_bytes", METRIC_GAUGE, "bytes",
		"Room on the disk of the daemon's data folder.", read_disk_free },
	{ "huibao_disk_size_bytes", METRIC_GAUGE, "bytes",
		"Size of the disk of the daemon's data folder.", read_disk_size },
};
const size_t process_metrics_count = array_len(process_metrics);

static int file_replace(const char *path, struct bytes text)
{
	char fresh[600];
	bool written;
	int fd;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return err_here(ERR_INVALID, "'%s' is too long", path);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_here(ERR_IO, "cannot make '%s': %s", fresh, err_errno(errno));
	/* node_exporter is another user; there is nothing in it that may not be read. */
	written = fchmod(fd, 0644) == 0 && fd_write(fd, text) == 0;
	written = close(fd) == 0 && written;
	if (written && rename(fresh, path) == 0)
		return 0;
	(void)err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	unlink(fresh);
	return ERR_IO;
}

bool metrics_file_named(const char *path)
{
	size_t len = strlen(path);

	return len == 0 || (len > 5 && strcmp(path + len - 5, ".prom") == 0);
}

bool metrics_file_due(const struct metrics_file *file, const char *path, struct mono now)
{
	return path[0] &&
	       (file->written.ns == 0 || mono_ms_since(file->written, now) >= METRICS_FILE_MS);
}

void metrics_file_put(
	struct metrics_file *file, const char *path, samples_read *read, const void *ctx)
{
	AUTO(samples_fini) struct samples samples = { 0 };
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = read(ctx, &samples);

	if (r == 0)
		r = metrics_print(&samples, &text);
	if (r == 0)
		r = file_replace(path, buffer_view(&text));
	file->written = clock_mono();
	if (r < 0 && !file->failed)
		log_warning("metrics file not written; continuing", kv_str("error", err_text()));
	else if (r == 0 && file->failed)
		log_notice("metrics file is written again");
	file->failed = r < 0;
}
