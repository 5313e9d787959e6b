/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The client library. Every request is idempotent, so a lost answer is answered by asking again:
 * client_call() repeats its message a few times within its time limit, always under the same
 * request number, and takes the first answer that comes. Nothing is remembered beyond the
 * connection. */
#include "client/client.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"

enum {
	REPEAT_MS =
		1500,   /* an answer takes milliseconds; after this the request was probably lost */
	SLICE_MS = 200, /* how long one wait may last before the clock is looked at */
	CATALOG_PIECES_MAX = CATALOG_BYTES_MAX / CATALOG_PIECE_BYTES + 1,
};

struct client {
	/* set at start, never changed */
	int timeout_ms;
	char address[256];
	/* owned */
	struct wire_context *context;
	struct dealer *dealer;
	struct arena *arena;
	struct buffer out; /* the message being asked */
	uint32_t last_request;
	enum refusal_code refused;
};

static const struct conf_setting settings_table[] = {
	CONF_STRING("ingestd", struct client_settings, ingestd,
		.help = "endpoint of ingestd: tcp://host:port or ipc://path"),
	CONF_STRING("aggregator", struct client_settings, aggregator, .otherwise_string = "",
		.help = "endpoint of the aggregator, for questions"),
	CONF_STRING("server-key", struct client_settings, server_key,
		.help = "public key of the servers, Z85"),
	CONF_STRING("key-file", struct client_settings, key_file,
		.help = "our own key pair, a file of mode 0600"),
	CONF_STRING("outbox", struct client_settings, outbox, .otherwise_string = "",
		.help = "folder of the collector's memory"),
	CONF_U64("timeout-ms", struct client_settings, timeout_ms, .min = 100, .max = 600000,
		.otherwise = 5000, .help = "how long to wait for an answer"),
	CONF_U64("map-size-bytes", struct client_settings, map_size_bytes, .min = 1 << 20,
		.max = UINT64_C(1) << 44, .otherwise = UINT64_C(16) << 30,
		.help = "address space of the outbox, its largest size"),
};

const struct conf_setting *client_settings_table(size_t *ret_count)
{
	*ret_count = array_len(settings_table);
	return settings_table;
}

/* A relative path means: relative to the folder of the settings file. */
static int path_resolve(const char *conf_path, char *path, size_t size)
{
	const char *slash = strrchr(conf_path, '/');
	size_t folder = slash ? (size_t)(slash - conf_path) + 1 : 0, len = strlen(path);

	if (path[0] == '/' || path[0] == '\0' || folder == 0)
		return 0;
	if (folder + len + 1 > size)
		return err_here(ERR_INVALID, "%s: the path '%s' is too long", conf_path, path);
	memmove(path + folder, path, len + 1);
	memcpy(path, conf_path, folder);
	return 0;
}

static int endpoint_check(const char *conf_path, const char *key, const char *endpoint)
{
	if (strncmp(endpoint, "tcp://", 6) == 0 || strncmp(endpoint, "ipc://", 6) == 0 ||
		endpoint[0] == '\0')
		return 0;
	return err_here(ERR_INVALID, "%s: '%s' must begin with tcp:// or ipc://, not '%s'",
		conf_path, key, endpoint);
}

int client_settings_path(const char *given, struct buffer *ret_path)
{
	const char *path = given ? given : getenv("HUIBAO_CONFIG"), *home = getenv("HOME");
	int r;

	if (!path && home) {
		if ((r = buffer_format(ret_path, "%s/.config/huibao/client.yaml", home)) < 0)
			return err_pass(r);
		if (access((const char *)ret_path->data, F_OK) == 0)
			return 0;
		ret_path->len = 0;
	}
	return err_pass(buffer_format(ret_path, "%s", path ? path : "/etc/huibao/client.yaml"));
}

int client_settings_load(const char *path, struct client_settings *ret_settings)
{
	struct client_settings settings = { 0 };
	uint8_t key[KEY_BYTES];
	int r = conf_load(path, settings_table, array_len(settings_table), &settings);

	if (r == ERR_NOT_FOUND)
		return err_here(ERR_INVALID,
			"there is no configuration '%s'; name one with --config FILE", path);
	if (r < 0)
		return err_pass(r);
	if (key_parse(settings.server_key, key) < 0)
		return err_here(ERR_INVALID, "%s: 'server-key': %s", path, err_text());
	if ((r = endpoint_check(path, "ingestd", settings.ingestd)) < 0 ||
		(r = endpoint_check(path, "aggregator", settings.aggregator)) < 0 ||
		(r = path_resolve(path, settings.key_file, sizeof(settings.key_file))) < 0 ||
		(r = path_resolve(path, settings.outbox, sizeof(settings.outbox))) < 0)
		return err_pass(r);
	*ret_settings = settings;
	return 0;
}

int client_open(
	const struct client_settings *settings, const char *address, struct client **ret_client)
{
	AUTO(client_close) struct client *client = calloc(1, sizeof(*client));
	uint8_t server_key[KEY_BYTES];
	struct key_pair pair;
	int r;

	if (!client)
		return err_here(ERR_NOMEM, "cannot allocate a client");
	if (address[0] == '\0')
		return err_here(ERR_INVALID, "the settings name no address for this server");
	if (strlen(address) >= sizeof(client->address))
		return err_here(ERR_INVALID, "the address '%.40s…' is too long", address);
	memcpy(client->address, address, strlen(address) + 1);
	client->timeout_ms = (int)settings->timeout_ms;
	if ((r = key_parse(settings->server_key, server_key)) < 0 ||
		(r = key_pair_load(settings->key_file, &pair)) < 0)
		return err_pass(r);
	if ((r = wire_context_new(&client->context)) < 0 || (r = arena_new(&client->arena)) < 0)
		return err_pass(r);
	r = dealer_open(client->context, address, server_key, &pair, &client->dealer);
	explicit_bzero(&pair, sizeof(pair));
	if (r < 0)
		return err_pass(r);
	*ret_client = client;
	client = NULL;
	return 0;
}

void client_close(struct client *client)
{
	if (!client)
		return;
	dealer_close(client->dealer);
	wire_context_free(client->context);
	arena_free(client->arena);
	buffer_fini(&client->out);
	free(client);
}

uint32_t client_request(struct client *client)
{
	/* 0 is left out, so that it can mean "none" in a caller's own book-keeping. */
	if (++client->last_request == 0)
		client->last_request = 1;
	return client->last_request;
}

struct arena *client_arena(struct client *client)
{
	return client->arena;
}

int client_forward(struct client *client, struct bytes header, struct bytes payload, int timeout_ms)
{
	int r = dealer_send(client->dealer, header, payload, timeout_ms);

	return r == DEALER_FULL ? CLIENT_FULL : err_pass(r);
}

int client_send(struct client *client, enum frame_type type, uint32_t request, struct bytes payload,
	int timeout_ms)
{
	struct frame frame = { .type = type, .request = request, .length = (uint32_t)payload.len };
	uint8_t header[FRAME_HEADER_BYTES];

	if (payload.len > PAYLOAD_BYTES_MAX)
		return err_here(ERR_LIMIT, "a message of %zu bytes is larger than %d", payload.len,
			PAYLOAD_BYTES_MAX);
	frame_encode(&frame, header);
	return err_pass(
		client_forward(client, bytes_of(header, sizeof(header)), payload, timeout_ms));
}

static int ms_left(struct mono start, int timeout_ms)
{
	int64_t left = timeout_ms - mono_ms_since(start, clock_mono());

	return left < 0 ? 0 : (int)left;
}

int client_recv(
	struct client *client, int timeout_ms, struct frame *ret_frame, struct bytes *ret_payload)
{
	struct mono start = clock_mono();
	struct bytes header, payload;
	int r;

	do {
		r = dealer_recv(client->dealer, ms_left(start, timeout_ms), &header, &payload);
		if (r < 0)
			return err_pass(r);
		if (r == 0 && frame_decode(header, payload.len, ret_frame) == 0) {
			*ret_payload = payload;
			return 0;
		}
	} while (ms_left(start, timeout_ms) > 0);
	return CLIENT_EMPTY;
}

int client_refusal(struct client *client, struct bytes payload)
{
	struct refusal refusal;
	int length;
	int r = refusal_decode(client->arena, payload, &refusal);

	if (r < 0)
		return err_pass(r);
	client->refused = refusal.code;
	length = (int)(refusal.text.len < 400 ? refusal.text.len : 400);
	switch (refusal.code) {
	case REFUSAL_NOT_ALLOWED:
		return err_here(ERR_DENIED, "the server refused: %.*s", length,
			(const char *)refusal.text.data);
	case REFUSAL_NOT_FOUND:
		return err_here(ERR_NOT_FOUND, "the server refused: %.*s", length,
			(const char *)refusal.text.data);
	case REFUSAL_LIMIT:
		return err_here(ERR_LIMIT, "the server refused: %.*s", length,
			(const char *)refusal.text.data);
	case REFUSAL_HISTORY_DIFFERS:
		return err_here(ERR_CONFLICT, "the server refused: %.*s", length,
			(const char *)refusal.text.data);
	default:
		return err_here(ERR_INVALID, "the server refused: %.*s", length,
			(const char *)refusal.text.data);
	}
}

/* When to ask (again): at once, after silence, or when a busy server told us to. */
struct call {
	uint32_t request;
	struct mono start;
	int64_t ask_at_ms; /* since start */
};

/* 0: answered. CLIENT_EMPTY: go on. */
static int call_receive(struct client *client, struct call *call, enum frame_type expected,
	int wait_ms, struct bytes *ret_payload)
{
	struct frame frame;
	struct busy busy;
	int r = client_recv(client, wait_ms, &frame, ret_payload);

	if (r != 0)
		return err_pass(r);
	if (frame.request != call->request)
		return CLIENT_EMPTY;
	if (frame.type == expected)
		return 0;
	if (frame.type == FRAME_REFUSAL)
		return err_pass(client_refusal(client, *ret_payload));
	if (frame.type != FRAME_BUSY)
		return CLIENT_EMPTY;
	if ((r = busy_decode(client->arena, *ret_payload, &busy)) < 0)
		return err_pass(r);
	call->ask_at_ms = mono_ms_since(call->start, clock_mono()) +
			  (busy.retry_after_ms < 20 ? 20 : busy.retry_after_ms);
	return CLIENT_EMPTY;
}

int client_call(struct client *client, enum frame_type type, struct bytes payload,
	enum frame_type expected, struct bytes *ret_payload)
{
	struct call call = { .request = client_request(client), .start = clock_mono() };
	int64_t now_ms = 0;

	while (now_ms < client->timeout_ms) {
		int64_t wait = client->timeout_ms - now_ms;
		int r = 0;

		if (now_ms >= call.ask_at_ms) {
			r = client_send(client, type, call.request, payload,
				(int)(wait < SLICE_MS ? wait : SLICE_MS));
			if (r < 0)
				return err_pass(r);
			if (r == 0)
				call.ask_at_ms =
					mono_ms_since(call.start, clock_mono()) + REPEAT_MS;
		}
		r = call_receive(client, &call, expected, (int)(wait < SLICE_MS ? wait : SLICE_MS),
			ret_payload);
		if (r != CLIENT_EMPTY)
			return err_pass(r);
		now_ms = mono_ms_since(call.start, clock_mono());
	}
	return err_here(ERR_UNREACHABLE,
		"no answer from %s within %d ms; check that it runs, the address, the network and "
		"'server-key'",
		client->address, client->timeout_ms);
}

enum refusal_code client_refused(const struct client *client)
{
	return client->refused;
}

int client_hello_encode(const struct position *newest_receipt, const struct digest *catalogue,
	bool training, struct buffer *out)
{
	struct hello hello = {
		.version = PROTOCOL_VERSION,
		.software = bytes_str("huibao-client/" HUIBAO_VERSION),
		.has_catalogue = catalogue != NULL,
		.has_receipt = newest_receipt != NULL,
		.training = training,
	};

	if (catalogue)
		hello.catalogue = *catalogue;
	if (newest_receipt)
		hello.newest_receipt = *newest_receipt;
	out->len = 0;
	return err_pass(hello_encode(&hello, out));
}

int client_hello(struct client *client, const struct position *newest_receipt,
	const struct digest *catalogue, struct welcome *ret_welcome)
{
	struct bytes answer;
	int r = client_hello_encode(newest_receipt, catalogue, false, &client->out);

	if (r < 0 ||
		(r = client_call(client, FRAME_HELLO, buffer_view(&client->out), FRAME_WELCOME,
			 &answer)) < 0 ||
		(r = welcome_decode(client->arena, answer, ret_welcome)) < 0)
		return err_pass(r);
	return 0;
}

static int catalog_piece(struct client *client, const struct catalogue_request *request,
	struct catalogue_piece *ret_piece)
{
	struct bytes answer;
	int r;

	client->out.len = 0;
	if ((r = catalogue_request_encode(request, &client->out)) < 0 ||
		(r = client_call(client, FRAME_CATALOGUE, buffer_view(&client->out),
			 FRAME_CATALOGUE_PIECE, &answer)) < 0 ||
		(r = catalogue_piece_decode(client->arena, answer, ret_piece)) < 0)
		return err_pass(r);
	if (ret_piece->piece != request->piece || ret_piece->pieces > CATALOG_PIECES_MAX ||
		(!request->any && !digest_equal(&ret_piece->digest, &request->digest)))
		return err_here(ERR_INVALID,
			"the server sent another piece of the catalogue than was asked for");
	return 0;
}

int client_catalog(struct client *client, struct catalog **ret_catalog)
{
	AUTO(buffer_fini) struct buffer bundle = { 0 };
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct catalogue_request request = { .any = true };
	struct catalogue_piece piece = { .pieces = 1 };
	int r;

	/* The first piece says which catalogue is in force; the rest are asked for by its
	 * digest. */
	for (; request.piece < piece.pieces; request.piece++) {
		if ((r = catalog_piece(client, &request, &piece)) < 0 ||
			(r = buffer_add(&bundle, piece.data)) < 0)
			return err_pass(r);
		if (bundle.len > CATALOG_BYTES_MAX)
			return err_here(ERR_LIMIT, "the server's catalogue is larger than %d bytes",
				CATALOG_BYTES_MAX);
		request.any = false;
		request.digest = piece.digest;
	}
	if ((r = catalog_open_bundle(buffer_view(&bundle), &catalog)) < 0)
		return err_pass(r);
	if (!digest_equal(catalog_digest(catalog), &request.digest))
		return err_here(ERR_INVALID,
			"the server's catalogue does not have the digest that it announces");
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}

int client_status(
	struct client *client, const struct status_request *request, struct status_reply *ret_reply)
{
	struct bytes answer;
	int r;

	client->out.len = 0;
	if ((r = status_request_encode(request, &client->out)) < 0 ||
		(r = client_call(client, FRAME_STATUS, buffer_view(&client->out),
			 FRAME_STATUS_REPLY, &answer)) < 0 ||
		(r = status_reply_decode(client->arena, answer, ret_reply)) < 0)
		return err_pass(r);
	return 0;
}

int client_ask(struct client *client, const struct question *question, struct answer *ret_answer)
{
	struct bytes answer;
	int r;

	client->out.len = 0;
	if ((r = question_encode(question, &client->out)) < 0 ||
		(r = client_call(client, FRAME_QUESTION, buffer_view(&client->out), FRAME_ANSWER,
			 &answer)) < 0 ||
		(r = answer_decode(client->arena, answer, ret_answer)) < 0)
		return err_pass(r);
	return 0;
}

int client_command(
	struct client *client, const struct command *command, struct command_result *ret_result)
{
	struct bytes answer;
	int r;

	client->out.len = 0;
	if ((r = command_encode(command, &client->out)) < 0 ||
		(r = client_call(client, FRAME_COMMAND, buffer_view(&client->out),
			 FRAME_COMMAND_RESULT, &answer)) < 0 ||
		(r = command_result_decode(client->arena, answer, ret_result)) < 0)
		return err_pass(r);
	return 0;
}
