/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records of the outbox, packed and read by the rules of store/outbox.h. Lengths are checked before
 * anything is read by them, and the digests of the bytes are made again on every reading: what is
 * sent is what was put in, or an error. */
#include "store/outbox_record.h"

#include "base/err.h"

enum {
	RECORD_VERSION = 1,
	RECORD_FIXED_BYTES = 96,
	FLAG_WITHDRAWAL = 1,
	FLAG_CHOSEN = 2,
	FLAG_OFFERED_AGAIN = 4,
	FLAG_SETTLED = 8,
	FLAG_DOUBTFUL = 16,
	FLAGS_KNOWN = 31,
};

int outbox_record_encode(const struct outbox_report *report, struct buffer *out)
{
	size_t size =
		RECORD_FIXED_BYTES + report->facility.len + report->values.len + report->text.len;
	struct writer writer;
	int r;

	ensure(report->values.len <= REPORT_BYTES_MAX && report->text.len <= REPORT_BYTES_MAX);
	ensure(report->facility.len >= 1 && report->facility.len <= FACILITY_CODE_MAX);
	if ((r = buffer_room(out, size)) < 0)
		return err_pass(r);
	writer = writer_of(out->data + out->len, size);
	writer_u8(&writer, RECORD_VERSION);
	writer_u8(&writer, (uint8_t)((report->withdrawal ? FLAG_WITHDRAWAL : 0) |
				     (report->chosen ? FLAG_CHOSEN : 0) |
				     (report->offered_again ? FLAG_OFFERED_AGAIN : 0) |
				     (report->settled ? FLAG_SETTLED : 0) |
				     (report->doubtful ? FLAG_DOUBTFUL : 0)));
	writer_u8(&writer, report->status);
	writer_u8(&writer, (uint8_t)report->facility.len);
	writer_u16(&writer, report->form);
	writer_u16(&writer, 0);
	writer_u32(&writer, report->period);
	writer_u32(&writer, report->revision);
	writer_u32(&writer, (uint32_t)report->filed_day);
	writer_u32(&writer, 0);
	writer_u32(&writer, (uint32_t)report->values.len);
	writer_u32(&writer, (uint32_t)report->text.len);
	writer_bytes(&writer, digest_view(&report->values_digest));
	writer_bytes(&writer, digest_view(&report->text_digest));
	writer_bytes(&writer, report->facility);
	writer_bytes(&writer, report->values);
	writer_bytes(&writer, report->text);
	out->len += writer_end(&writer).len;
	return 0;
}

int outbox_text_digest(struct bytes text, struct digest *ret_digest)
{
	*ret_digest = (struct digest){ 0 };
	return text.len == 0 ? 0 : err_pass(digest_of(DIGEST_SHA256, text, ret_digest));
}

static int record_check_digests(const struct outbox_report *report)
{
	struct digest values, text;
	int r;

	if ((r = digest_of(DIGEST_SHA256, report->values, &values)) < 0 ||
		(r = outbox_text_digest(report->text, &text)) < 0)
		return err_pass(r);
	if (!digest_equal(&values, &report->values_digest) ||
		!digest_equal(&text, &report->text_digest))
		return err_here(ERR_CORRUPT, "a report in the outbox does not have its digest");
	return 0;
}

int outbox_record_decode(struct reader *reader, struct outbox_report *ret_report)
{
	struct outbox_report report = { 0 };
	uint8_t version = reader_u8(reader), flags = reader_u8(reader), facility_len;
	uint32_t values_len, text_len, zeros;

	report.status = reader_u8(reader);
	facility_len = reader_u8(reader);
	report.form = reader_u16(reader);
	zeros = reader_u16(reader);
	report.period = reader_u32(reader);
	report.revision = reader_u32(reader);
	report.filed_day = (int32_t)reader_u32(reader);
	zeros |= reader_u32(reader);
	values_len = reader_u32(reader);
	text_len = reader_u32(reader);
	reader_copy(reader, report.values_digest.byte, sizeof(report.values_digest.byte));
	reader_copy(reader, report.text_digest.byte, sizeof(report.text_digest.byte));
	report.facility = reader_view(reader, facility_len);
	report.values = reader_view(reader, values_len);
	report.text = reader_view(reader, text_len);
	if (!reader_ok(reader) || version != RECORD_VERSION || (flags & ~FLAGS_KNOWN) != 0 ||
		zeros != 0 || facility_len < 1 || facility_len > FACILITY_CODE_MAX ||
		values_len > REPORT_BYTES_MAX || text_len > REPORT_BYTES_MAX)
		return err_here(ERR_CORRUPT, "a record of the outbox is not what was written");
	report.withdrawal = flags & FLAG_WITHDRAWAL;
	report.chosen = flags & FLAG_CHOSEN;
	report.offered_again = flags & FLAG_OFFERED_AGAIN;
	report.settled = flags & FLAG_SETTLED;
	report.doubtful = flags & FLAG_DOUBTFUL;
	*ret_report = report;
	return err_pass(record_check_digests(&report));
}

int outbox_receipt_add(const struct outbox_receipt *receipt, struct buffer *out)
{
	uint8_t packed[OUTBOX_RECEIPT_BYTES];
	struct writer writer = writer_of(packed, sizeof(packed));

	writer_bytes(&writer, bytes_of(receipt->epoch, sizeof(receipt->epoch)));
	writer_u64(&writer, receipt->sequence);
	writer_u64(&writer, receipt->last_sequence);
	writer_bytes(&writer, digest_view(&receipt->chain));
	return err_pass(buffer_add(out, writer_end(&writer)));
}

int outbox_receipt_read(struct reader *reader, struct outbox_receipt *ret_receipt)
{
	reader_copy(reader, ret_receipt->epoch, sizeof(ret_receipt->epoch));
	ret_receipt->sequence = reader_u64(reader);
	ret_receipt->last_sequence = reader_u64(reader);
	reader_copy(reader, ret_receipt->chain.byte, sizeof(ret_receipt->chain.byte));
	return err_pass(reader_end(reader));
}
