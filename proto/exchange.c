/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The smaller messages between a collector and ingestd: greeting, status, catalogue, and the three
 * ways to say no. Each decoder fills a local and hands it over whole. */
#include "proto/exchange.h"

#include "base/err.h"
#include "huibao/v1/exchange.pb-c.h"
#include "proto/parts.h"
#include "proto/text.h"

enum {
	CODE_BOUND = 65535, /* of reasons that may grow without a new version */
	PIECES_MAX = CATALOG_BYTES_MAX / CATALOG_PIECE_BYTES + 1,
};

int hello_decode(struct arena *arena, struct bytes payload, struct hello *ret_hello)
{
	const Huibao__V1__Hello *m;
	const void *message;
	struct hello hello = { .version = 0 };
	int r = message_unpack(
		arena, &huibao__v1__hello__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	hello.version = m->version;
	hello.has_catalogue = m->catalogue.len > 0;
	hello.has_receipt = m->newest_receipt;
	hello.training = m->training;
	r = field_text("software", m->software, SOFTWARE_BYTES_MAX, &hello.software);
	if (r == 0 && hello.has_catalogue)
		r = field_exact("catalogue", m->catalogue, hello.catalogue.byte, DIGEST_BYTES);
	if (r == 0 && hello.has_receipt)
		r = position_unpack(m->newest_receipt, &hello.newest_receipt);
	if (r < 0)
		return err_pass(r);
	*ret_hello = hello;
	return 0;
}

int hello_encode(const struct hello *hello, struct buffer *out)
{
	Huibao__V1__Hello m = HUIBAO__V1__HELLO__INIT;
	Huibao__V1__Position receipt;
	char software[SOFTWARE_BYTES_MAX + 1];
	size_t start = out->len;
	int r = text_copy("software", hello->software, SOFTWARE_BYTES_MAX, software);

	if (r < 0)
		return err_pass(r);
	m.version = hello->version;
	m.software = software;
	m.training = hello->training;
	if (hello->has_catalogue)
		m.catalogue = binary_of(digest_view(&hello->catalogue));
	if (hello->has_receipt) {
		position_pack(&hello->newest_receipt, &receipt);
		m.newest_receipt = &receipt;
	}
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

/* A window or a limit of 0 would stop a client for ever. */
static int check_welcome(const Huibao__V1__Welcome *m)
{
	if (!m->head)
		return err_here(ERR_INVALID, "WELCOME without the journal's head");
	if (m->window_messages < 1 || m->submit_reports_max < 1 || m->report_bytes_max < 1)
		return err_here(ERR_INVALID,
			"WELCOME with a window of %u messages of %u reports of %u bytes",
			m->window_messages, m->submit_reports_max, m->report_bytes_max);
	return 0;
}

int welcome_decode(struct arena *arena, struct bytes payload, struct welcome *ret_welcome)
{
	const Huibao__V1__Welcome *m;
	const void *message;
	struct welcome welcome = { .version = 0 };
	int r = message_unpack(
		arena, &huibao__v1__welcome__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	r = check_welcome(m);
	if (r == 0)
		r = position_unpack(m->head, &welcome.head);
	if (r == 0)
		r = field_exact("catalogue", m->catalogue, welcome.catalogue.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	welcome.version = m->version;
	welcome.catalogue_number = m->catalogue_number;
	welcome.window_messages = m->window_messages;
	welcome.submit_reports_max = m->submit_reports_max;
	welcome.report_bytes_max = m->report_bytes_max;
	welcome.server_time_ms = m->server_time_ms;
	welcome.offer_again = m->offer_again;
	welcome.training = m->training;
	*ret_welcome = welcome;
	return 0;
}

int welcome_encode(const struct welcome *welcome, struct buffer *out)
{
	Huibao__V1__Welcome m = HUIBAO__V1__WELCOME__INIT;
	Huibao__V1__Position head;
	size_t start = out->len;

	position_pack(&welcome->head, &head);
	m.version = welcome->version;
	m.head = &head;
	m.catalogue = binary_of(digest_view(&welcome->catalogue));
	m.catalogue_number = welcome->catalogue_number;
	m.window_messages = welcome->window_messages;
	m.submit_reports_max = welcome->submit_reports_max;
	m.report_bytes_max = welcome->report_bytes_max;
	m.server_time_ms = welcome->server_time_ms;
	m.offer_again = welcome->offer_again;
	m.training = welcome->training;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

int catalogue_request_decode(
	struct arena *arena, struct bytes payload, struct catalogue_request *ret_request)
{
	const Huibao__V1__CatalogueRequest *m;
	const void *message;
	struct catalogue_request request = { .any = false };
	int r = message_unpack(arena, &huibao__v1__catalogue_request__descriptor, payload,
		PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	request.any = m->digest.len == 0;
	request.piece = m->piece;
	if (!request.any)
		r = field_exact("digest", m->digest, request.digest.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	*ret_request = request;
	return 0;
}

int catalogue_request_encode(const struct catalogue_request *request, struct buffer *out)
{
	Huibao__V1__CatalogueRequest m = HUIBAO__V1__CATALOGUE_REQUEST__INIT;
	size_t start = out->len;

	if (!request->any)
		m.digest = binary_of(digest_view(&request->digest));
	m.piece = request->piece;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

static int check_piece(uint32_t piece, uint32_t pieces, size_t len)
{
	if (piece >= pieces || pieces > PIECES_MAX || len < 1 || len > CATALOG_PIECE_BYTES)
		return err_here(
			ERR_INVALID, "piece %u of %u pieces with %zu bytes", piece, pieces, len);
	return 0;
}

int catalogue_piece_decode(
	struct arena *arena, struct bytes payload, struct catalogue_piece *ret_piece)
{
	const Huibao__V1__CataloguePiece *m;
	const void *message;
	struct catalogue_piece piece;
	int r = message_unpack(arena, &huibao__v1__catalogue_piece__descriptor, payload,
		PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	r = check_piece(m->piece, m->pieces, m->data.len);
	if (r == 0)
		r = field_exact("digest", m->digest, piece.digest.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	piece.number = m->number;
	piece.piece = m->piece;
	piece.pieces = m->pieces;
	piece.data = bytes_of(m->data.data, m->data.len);
	*ret_piece = piece;
	return 0;
}

int catalogue_piece_encode(const struct catalogue_piece *piece, struct buffer *out)
{
	Huibao__V1__CataloguePiece m = HUIBAO__V1__CATALOGUE_PIECE__INIT;
	size_t start = out->len;
	int r = check_piece(piece->piece, piece->pieces, piece->data.len);

	if (r < 0)
		return err_pass(r);
	m.digest = binary_of(digest_view(&piece->digest));
	m.number = piece->number;
	m.piece = piece->piece;
	m.pieces = piece->pieces;
	m.data = binary_of(piece->data);
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

/* Reasons of BUSY and REFUSAL may grow within a version, so an unknown one passes. */
static int check_code(const char *what, uint32_t code)
{
	if (code < 1 || code > CODE_BOUND)
		return err_here(ERR_INVALID, "%s with the code %u", what, code);
	return 0;
}

int busy_decode(struct arena *arena, struct bytes payload, struct busy *ret_busy)
{
	const Huibao__V1__Busy *m;
	const void *message;
	int r = message_unpack(
		arena, &huibao__v1__busy__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	r = check_code("BUSY", m->reason);
	if (r < 0)
		return err_pass(r);
	*ret_busy = (struct busy){ m->retry_after_ms, (enum busy_reason)m->reason };
	return 0;
}

int busy_encode(const struct busy *busy, struct buffer *out)
{
	Huibao__V1__Busy m = HUIBAO__V1__BUSY__INIT;
	size_t start = out->len;

	m.retry_after_ms = busy->retry_after_ms;
	m.reason = (uint32_t)busy->reason;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

int ping_decode(struct arena *arena, struct bytes payload, uint64_t *ret_nonce)
{
	const void *message;
	int r = message_unpack(
		arena, &huibao__v1__ping__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	*ret_nonce = ((const Huibao__V1__Ping *)message)->nonce;
	return 0;
}

int ping_encode(uint64_t nonce, struct buffer *out)
{
	Huibao__V1__Ping m = HUIBAO__V1__PING__INIT;
	size_t start = out->len;

	m.nonce = nonce;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

int refusal_decode(struct arena *arena, struct bytes payload, struct refusal *ret_refusal)
{
	const Huibao__V1__Refusal *m;
	const void *message;
	struct refusal refusal;
	int r = message_unpack(
		arena, &huibao__v1__refusal__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	r = check_code("REFUSAL", m->code);
	if (r == 0)
		r = field_text("text", m->text, HUMAN_TEXT_BYTES_MAX, &refusal.text);
	if (r < 0)
		return err_pass(r);
	refusal.code = (enum refusal_code)m->code;
	*ret_refusal = refusal;
	return 0;
}

int refusal_encode(const struct refusal *refusal, struct buffer *out)
{
	Huibao__V1__Refusal m = HUIBAO__V1__REFUSAL__INIT;
	char text[HUMAN_TEXT_BYTES_MAX + 1];
	size_t start = out->len;

	text_repair(refusal->text, text, sizeof(text));
	m.code = (uint32_t)refusal->code;
	m.text = text;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}
