/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Server and raw clients take turns in one thread, so a test has no races of its own. */
#include "tests/wire/server.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

static uint32_t lookup(void *ctx, const uint8_t public_key[32])
{
	const struct server *server = ctx;

	for (size_t i = 0; i < server->key_count; i++) {
		if (memcmp(server->keys[i], public_key, KEY_BYTES) == 0)
			return SERVER_ACTOR_FIRST + (uint32_t)i;
	}
	return 0;
}

static void must(int r)
{
	cr_assert_eq(r, 0, "%s: %s (%s)", err_name(r), err_text(), err_trace());
}

void server_start(struct server *server, const char *address)
{
	*server = (struct server){ .key_count = 0 };
	must(key_pair_make(&server->key));
	must(loop_new(&server->loop));
	must(wire_context_new(&server->context));
	must(auth_open(server->context, lookup, server, &server->auth));
	must(endpoint_open(server->context, address, &server->key, &server->endpoint));
	must(loop_add_auth(server->loop, server->auth));
	must(loop_add_endpoint(server->loop, server->endpoint));
}

void server_stop(struct server *server)
{
	endpoint_close(server->endpoint);
	auth_close(server->auth);
	loop_free(server->loop);
	wire_context_free(server->context);
}

void server_register(struct server *server, const struct key_pair *key)
{
	cr_assert_lt(server->key_count, SERVER_KEYS_MAX);
	memcpy(server->keys[server->key_count++], key->public_key, KEY_BYTES);
}

int server_recv(struct server *server, int timeout_ms, struct message *ret_message)
{
	struct mono start = clock_mono();

	do {
		int r;

		must(auth_answer(server->auth));
		r = endpoint_recv(server->endpoint, ret_message);
		if (r != ENDPOINT_EMPTY) {
			must(r);
			return 0;
		}
		must(loop_wait(server->loop, 10));
	} while (mono_ms_since(start, clock_mono()) < timeout_ms);
	return ENDPOINT_EMPTY;
}

bool server_gets(struct server *server, const char *text, struct message *ret_message)
{
	return server_recv(server, PATIENCE_MS, ret_message) == 0 &&
	       bytes_equal(ret_message->payload, bytes_str(text));
}

uint64_t server_denied(const struct server *server)
{
	uint64_t allowed, denied;

	auth_counts(server->auth, &allowed, &denied);
	return denied;
}

bool server_denies(struct server *server, uint64_t count)
{
	struct mono start = clock_mono();
	struct message message;

	while (server_denied(server) < count) {
		if (server_recv(server, 20, &message) == 0 ||
			mono_ms_since(start, clock_mono()) > PATIENCE_MS)
			return false;
	}
	return true;
}

/* Of /proc/PID/task/TID/stat, whose third field is the state: S for asleep. */
static bool thread_sleeps(const char *tid)
{
	char path[64], line[256] = "";
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%.20s/stat", tid);
	if (!(file = fopen(path, "re")))
		return true; /* it has ended */
	(void)!fgets(line, sizeof(line), file);
	fclose(file);
	name_end = strrchr(line, ')');
	return name_end && strncmp(name_end, ") S", 3) == 0;
}

static bool others_sleep(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	bool sleep = true;

	cr_assert_not_null(dir);
	while (sleep && (entry = readdir(dir)))
		sleep = entry->d_name[0] == '.' || strtol(entry->d_name, NULL, 10) == gettid() ||
			thread_sleeps(entry->d_name);
	closedir(dir);
	return sleep;
}

bool threads_rest(void)
{
	enum { LOOK_MS = 10, LOOKS = 10 };
	int asleep = 0;

	for (int i = 0; i < PATIENCE_MS / LOOK_MS && asleep < LOOKS; i++) {
		usleep(LOOK_MS * 1000);
		asleep = others_sleep() ? asleep + 1 : 0;
	}
	return asleep == LOOKS;
}

void *raw_client(void *zmq, const char *address, const uint8_t *server_key,
	const struct key_pair *key, struct bytes routing)
{
	void *socket = zmq_socket(zmq, ZMQ_DEALER);

	if (routing.len > 0)
		cr_assert_eq(zmq_setsockopt(socket, ZMQ_ROUTING_ID, routing.data, routing.len), 0);
	raw_connect(socket, address, server_key, key);
	return socket;
}

void raw_connect(
	void *socket, const char *address, const uint8_t *server_key, const struct key_pair *key)
{
	const int zero = 0, one = 1;

	zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof(zero));
	zmq_setsockopt(socket, ZMQ_IMMEDIATE, &one, sizeof(one));
	if (key && server_key) {
		zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, KEY_BYTES);
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, key->public_key, KEY_BYTES);
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_key, KEY_BYTES);
	}
	cr_assert_eq(zmq_connect(socket, address), 0);
}

static void frames_send(void *socket, size_t count, size_t len)
{
	uint8_t *data = calloc(1, len + 1);

	memset(data, 'x', len);
	for (size_t i = 0; i < count; i++)
		zmq_send(socket, data, len, i + 1 < count ? ZMQ_SNDMORE : 0);
	free(data);
}

bool raw_connected(struct server *server, void *socket)
{
	struct mono start = clock_mono();

	do {
		zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLOUT };

		if (zmq_poll(&item, 1, 0) == 1)
			return true;
		must(auth_answer(server->auth));
		must(loop_wait(server->loop, 10));
	} while (mono_ms_since(start, clock_mono()) < PATIENCE_MS);
	return false;
}

bool raw_send(struct server *server, void *socket, size_t count, size_t len)
{
	if (!raw_connected(server, socket))
		return false;
	frames_send(socket, count, len);
	return true;
}

void folder_make(char ret[64])
{
	snprintf(ret, 64, "/tmp/huibao-wire-XXXXXX");
	cr_assert_not_null(mkdtemp(ret));
}

void folder_remove(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(folder);
}
