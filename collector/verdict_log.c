/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Written by hand: every field is a number, hex digits, one of our own words, or a facility's code,
 * which is printable ASCII and of which only the quote and the backslash need escaping. */
#include "collector/verdict_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "base/err.h"
#include "base/fd.h"

static int add_hex(struct buffer *out, const char *name, struct bytes bytes)
{
	int r;

	if ((r = buffer_format(out, ",\"%s\":\"", name)) < 0 ||
		(r = buffer_room(out, 2 * bytes.len + 1)) < 0)
		return err_pass(r);
	bytes_to_hex(bytes, (char *)out->data + out->len);
	out->len += 2 * bytes.len;
	return err_pass(buffer_add(out, bytes_str("\"")));
}

static int add_code(struct buffer *out, struct bytes code)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < code.len; i++) {
		if (code.data[i] == '"' || code.data[i] == '\\')
			r = buffer_add(out, bytes_str("\\"));
		if (r == 0)
			r = buffer_add(out, bytes_of(&code.data[i], 1));
	}
	return err_pass(r);
}

int verdict_log_format(const struct filed *filed, struct buffer *out)
{
	const struct outbox_report *report = filed->report;
	const struct outbox_receipt *receipt = &filed->receipt;
	int r;

	if ((r = buffer_add(out, bytes_str("{\"facility\":\""))) < 0 ||
		(r = add_code(out, report->facility)) < 0 ||
		(r = buffer_format(out,
			 "\",\"form\":%u,\"period\":%" PRIu32 ",\"revision\":%" PRIu32,
			 (unsigned)report->form, report->period, report->revision)) < 0 ||
		(r = add_hex(out, "digest", digest_view(&report->values_digest))) < 0 ||
		(r = buffer_format(out, ",\"status\":\"%s\"", status_name(filed->status))) < 0 ||
		(r = add_hex(out, "epoch", bytes_of(receipt->epoch, sizeof(receipt->epoch)))) < 0 ||
		(r = buffer_format(out, ",\"sequence\":%" PRIu64 ",\"last_sequence\":%" PRIu64,
			 receipt->sequence, receipt->last_sequence)) < 0 ||
		(r = add_hex(out, "chain", digest_view(&receipt->chain))) < 0 ||
		(r = add_hex(out, "values_hex", report->values)) < 0 ||
		(filed->training && (r = buffer_add(out, bytes_str(",\"training\":true"))) < 0) ||
		(r = buffer_add(out, bytes_str("}"))) < 0)
		return err_pass(r);
	return 0;
}

int verdict_log_open(const char *path, int *ret_fd)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_here(ERR_IO, "cannot write the log '%s': %s", path, err_errno(errno));
	*ret_fd = fd;
	return 0;
}

int verdict_log_write(int fd, const struct filed *filed)
{
	AUTO(buffer_fini) struct buffer line = { 0 };
	int r;

	if ((r = verdict_log_format(filed, &line)) < 0 ||
		(r = buffer_add(&line, bytes_str("\n"))) < 0)
		return err_pass(r);
	if (fd_write(fd, buffer_view(&line)) < 0)
		return err_here(ERR_IO, "cannot write the log of verdicts: %s", err_errno(errno));
	return 0;
}
