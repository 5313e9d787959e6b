/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The bundle for whoever helps from afar: how the house stands, and nothing of what it holds. Every
 * part is made of columns that are named here, so that a new column of an answer does not leave the
 * house by itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/observe.h"
#include "admin/tar.h"
#include "base/err.h"
#include "client/phrase.h"

enum { LOG_LINES = 500, LOG_BYTES_MAX = 64 << 20 };

struct bundle {
	struct session *session;
	struct buffer tar, manifest; /* owned */
	struct wall now;
	bool incomplete;
};

static void bundle_fini_auto(struct bundle *bundle)
{
	buffer_fini(&bundle->tar);
	buffer_fini(&bundle->manifest);
}

/* The listed columns of the table; NULL: every one. */
static int columns_take(const struct grid *from, const char *const *columns, struct grid *to)
{
	int r = 0;

	for (size_t i = 0; r == 0 && columns[i]; i++) {
		int at = grid_find(from, columns[i]);

		r = grid_column(to, columns[i], at < 0 ? COLUMN_TEXT : from->column[at].type);
	}
	for (size_t row = 0; r == 0 && row < grid_rows(from); row++) {
		for (size_t i = 0; r == 0 && columns[i]; i++)
			r = grid_text(to, grid_named(from, row, columns[i]));
	}
	return err_pass(r);
}

static int json_of(const struct bundle *bundle, const struct grid *table, const char *schema,
	struct buffer *out)
{
	const struct print_style style = { .format = PRINT_JSON,
		.training = bundle->session->training };

	return err_pass(print_table(&style, schema, table, out));
}

/* One question to one server; what of its answer may leave the house. */
static const struct part {
	const char *file, *schema, *what;
	enum server server;
	const char *verb;
	const char *columns[24];
} parts[] = {
	{ "ingestd-status.json", "huibao.status/v1", "counts, epoch and sequence of ingestd",
		SERVER_INGESTD, "status",
		{ "epoch", "sequence", "indexed_sequence", "catalogue", "facilities", "keys",
			"accepted", "unchanged", "superseded", "rejected", "held", "later",
			"refused_messages", "dropped_messages", "handshakes_denied" } },
	{ "aggregator-status.json", "huibao.status/v1", "counts, state and sequence of aggregator",
		SERVER_AGGREGATOR, "status",
		{ "epoch", "sequence", "journal_sequence", "lag_entries", "catalogue", "facilities",
			"keys", "reports", "state" } },
	{ "ingestd-settings.json", "huibao.settings/v1",
		"settings of ingestd; keys are not among them", SERVER_INGESTD, "settings",
		{ "setting", "value", "live" } },
	{ "aggregator-settings.json", "huibao.settings/v1",
		"settings of aggregator; keys are not among them", SERVER_AGGREGATOR, "settings",
		{ "setting", "value", "live" } },
	{ "keys.json", "huibao.keys/v1",
		"keys by number: role, state and days; no names, no reach, no public halves",
		SERVER_INGESTD, "key list", { "number", "role", "state", "from", "until" } },
};

static int note(struct bundle *bundle, const char *file, const char *what)
{
	return err_pass(buffer_format(&bundle->manifest, "%-26s %s\n", file, what));
}

static int file_add(struct bundle *bundle, const char *file, const char *what, struct bytes content)
{
	int r = tar_add(&bundle->tar, file, content, bundle->now);

	return r < 0 ? err_pass(r) : err_pass(note(bundle, file, what));
}

/* A server that does not answer leaves a hole that the manifest names. Its own words are for the
 * person here: they may name the areas of a key. */
static int lacking(struct bundle *bundle, const char *file, const char *what, int error)
{
	bundle->incomplete = true;
	return err_pass(
		buffer_format(&bundle->manifest, "%-26s %s: %s\n", file, what, err_name(error)));
}

static int part_add(struct bundle *bundle, const struct part *part)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(grid_fini) struct grid answer = { 0 };
	AUTO(grid_fini) struct grid table = { 0 };
	int r = session_ask(bundle->session, part->server, part->verb, NULL, 0, &answer);

	if (r < 0) {
		fprintf(stderr, "huibaoctl: %s: %s\n", part->file, phrase(err_text()));
		return err_pass(lacking(bundle, part->file, "NOT THERE", r));
	}
	table.has_as_of = answer.has_as_of;
	table.as_of = answer.as_of;
	if ((r = columns_take(&answer, part->columns, &table)) < 0 ||
		(r = json_of(bundle, &table, part->schema, &text)) < 0)
		return err_pass(r);
	return err_pass(file_add(bundle, part->file, part->what, buffer_view(&text)));
}

static int metrics_add(struct bundle *bundle)
{
	static const char file[] = "metrics.prom";
	AUTO(buffer_fini) struct buffer text = { 0 };
	int missing = 0, r = metrics_text(bundle->session, &text, &missing);

	if (r < 0 || (r = file_add(bundle, file,
			      "what both measure of themselves, use of the LMDB files included",
			      buffer_view(&text))) < 0)
		return err_pass(r);
	return missing ? err_pass(lacking(bundle, file, "NOT OF BOTH", missing)) : 0;
}

static int doctor_add(struct bundle *bundle)
{
	static const char *const columns[] = { "where", "check", "state", "limit", "value", NULL };
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(grid_fini) struct grid answer = { 0 };
	AUTO(grid_fini) struct grid table = { 0 };
	int r = doctor_table(bundle->session, &answer);

	if (r == ERR_DENIED) {
		fprintf(stderr, "huibaoctl: doctor.json: %s\n", phrase(err_text()));
		return err_pass(lacking(bundle, "doctor.json", "NOT THERE", r));
	}
	if (r < 0 || (r = columns_take(&answer, columns, &table)) < 0 ||
		(r = json_of(bundle, &table, "huibao.doctor/v1", &text)) < 0)
		return err_pass(r);
	return err_pass(file_add(bundle, "doctor.json",
		"the doctor's checks in numbers, without the words that were found",
		buffer_view(&text)));
}

static int versions_add(struct bundle *bundle)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct service *service = &bundle->session->service;
	char hex[2 * sizeof(((struct digest *)0)->byte) + 1];
	int r = buffer_format(&text, "huibaoctl %s\n", HUIBAO_VERSION);

	if (r == 0 && service->catalog(service->ctx, &catalog) == 0) {
		bytes_to_hex(bytes_of(catalog_digest(catalog)->byte,
				     sizeof(catalog_digest(catalog)->byte)),
			hex);
		r = buffer_format(&text, "catalogue %s\n", hex);
	}
	return r < 0 ? err_pass(r)
		     : err_pass(file_add(bundle, "versions.txt",
			       "version of huibaoctl and digest of the catalogue in force; the "
			       "daemons' are in metrics.prom",
			       buffer_view(&text)));
}

/* The last lines of the file that the person gave. */
static int log_add(struct bundle *bundle)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	const char *path = session_argument(bundle->session, "log");
	size_t at, lines = 0;
	int r;

	if (!path)
		return err_pass(note(bundle, "log.txt", "NOT THERE: no --log FILE was given"));
	if ((r = buffer_read_file(&text, path, LOG_BYTES_MAX)) < 0)
		return err_pass(r);
	for (at = text.len; at > 0; at--) {
		if (text.data[at - 1] == '\n' && at < text.len && ++lines == LOG_LINES)
			break;
	}
	return err_pass(file_add(bundle, "log.txt",
		"the last 500 lines of the log that was given with --log, as they were",
		bytes_of(text.data + at, text.len - at)));
}

static const char not_inside[] =
	"\nNot inside: reports and their values, texts of senders, reasons, facilities, names of "
	"people, areas of\nkeys, public or secret keys, enrolment codes, the catalogue itself, "
	"and the words of faults in doctor.json.\nThe settings hold paths and addresses of this "
	"machine. Read every file before you send it.\n";

static int bundle_fill(struct bundle *bundle)
{
	int r = buffer_format(&bundle->manifest, "A support bundle of Huibao\n\n");

	if (r < 0 || (r = versions_add(bundle)) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < array_len(parts); i++)
		r = part_add(bundle, &parts[i]);
	if (r < 0 || (r = metrics_add(bundle)) < 0 || (r = doctor_add(bundle)) < 0 ||
		(r = log_add(bundle)) < 0 ||
		(r = buffer_add(&bundle->manifest, bytes_str(not_inside))) < 0 ||
		(r = tar_add(&bundle->tar, "MANIFEST.txt", buffer_view(&bundle->manifest),
			 bundle->now)) < 0)
		return err_pass(r);
	return err_pass(tar_end(&bundle->tar));
}

static int bundle_save(const struct bundle *bundle, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool written;

	if (!file)
		return err_here(errno == EEXIST ? ERR_CONFLICT : ERR_INVALID,
			"cannot make '%s': %s", path, err_errno(errno));
	written = fwrite(bundle->tar.data, 1, bundle->tar.len, file) == bundle->tar.len;
	if (fclose(file) == 0 && written)
		return 0;
	unlink(path);
	return err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
}

int support_run(struct session *session)
{
	AUTO(bundle_fini) struct bundle bundle = { .session = session, .now = clock_wall() };
	int r = bundle_fill(&bundle);

	if (r < 0 || (r = bundle_save(&bundle, session_argument(session, "file"))) < 0 ||
		(r = session_write(session, &bundle.manifest)) < 0)
		return err_pass(r);
	return bundle.incomplete ? EXIT_PARTLY : EXIT_DONE;
}
