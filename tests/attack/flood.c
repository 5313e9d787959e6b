/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A flooder with a good key: many connections, messages of any size and number of frames, as fast
 * as wanted, reading what it is told or not. It ends by itself after --seconds (at most 3600), or
 * when it is told to (SIGTERM), and floods this machine's own addresses only. Says "heard" when the
 * first answer comes, and at the end one JSON line: messages sent, answers by type, how often
 * connections were lost. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "proto/frame.h"
#include "wire/keys.h"

enum { CONNECTIONS_MAX = 1024, FRAMES_MAX = 100000, SECONDS_MAX = 3600, READ_MAX = 64 };

struct flood {
	/* from the command line */
	const char *address, *server_key, *key_file;
	unsigned long connections, size, frames, rate, seconds, type;
	bool mute; /* never reads */
	bool heard;
	/* at work */
	void *zmq, *socket[CONNECTIONS_MAX], *monitor[CONNECTIONS_MAX];
	uint8_t frame[FRAME_BYTES_MAX];
	uint32_t request;
	uint64_t sent, lost, answers[FRAME_TYPE_MAX + 1];
};

static const char usage[] =
	"usage: flood --address tcp://127.0.0.1:PORT|ipc://PATH --server-key Z85 --key FILE\n"
	"  [--connections 1] [--size 100] [--frames 2] [--rate MESSAGES/S (0: all it can)]\n"
	"  [--seconds 5] [--type 3] [--mute]\n";

static const struct option long_options[] = {
	{ "address", required_argument, NULL, 'a' },
	{ "server-key", required_argument, NULL, 'k' },
	{ "key", required_argument, NULL, 'K' },
	{ "connections", required_argument, NULL, 'c' },
	{ "size", required_argument, NULL, 's' },
	{ "frames", required_argument, NULL, 'f' },
	{ "rate", required_argument, NULL, 'r' },
	{ "seconds", required_argument, NULL, 't' },
	{ "type", required_argument, NULL, 'T' },
	{ "mute", no_argument, NULL, 'm' },
	{ 0 },
};

static bool number(const char *text, unsigned long min, unsigned long max, unsigned long *ret)
{
	char *end;

	*ret = strtoul(text, &end, 10);
	return end != text && *end == '\0' && *ret >= min && *ret <= max;
}

static bool option_take(struct flood *flood, int option, const char *text)
{
	switch (option) {
	case 'a':
		flood->address = text;
		return strncmp(text, "tcp://127.0.0.1:", 16) == 0 ||
		       strncmp(text, "ipc://", 6) == 0;
	case 'k':
		flood->server_key = text;
		return true;
	case 'K':
		flood->key_file = text;
		return true;
	case 'c':
		return number(text, 1, CONNECTIONS_MAX, &flood->connections);
	case 's':
		return number(text, 0, FRAME_BYTES_MAX, &flood->size);
	case 'f':
		return number(text, 1, FRAMES_MAX, &flood->frames);
	case 'r':
		return number(text, 0, 10000000, &flood->rate);
	case 't':
		return number(text, 1, SECONDS_MAX, &flood->seconds);
	case 'T':
		return number(text, 1, FRAME_TYPE_MAX, &flood->type);
	case 'm':
		flood->mute = true;
		return true;
	default:
		return false;
	}
}

static bool options_parse(struct flood *flood, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!option_take(flood, option, optarg))
			return false;
	return flood->address && flood->server_key && flood->key_file;
}

static volatile sig_atomic_t ending;

static void end(int number)
{
	ending = number;
}

static void set(void *socket, int option, int value)
{
	ensure(zmq_setsockopt(socket, option, &value, sizeof(value)) == 0);
}

/* A connection with a monitor that tells of every time it is lost. */
static void connection_open(struct flood *flood, size_t n, const uint8_t server_key[KEY_BYTES],
	const struct key_pair *key)
{
	void *socket = zmq_socket(flood->zmq, ZMQ_DEALER);
	char name[32];

	ensure(socket);
	set(socket, ZMQ_LINGER, 0);
	set(socket, ZMQ_IMMEDIATE, 1);
	set(socket, ZMQ_SNDHWM, flood->frames > 2 ? 1 : flood->size > 1000 ? 4 : 1000);
	set(socket, ZMQ_RCVHWM, flood->mute ? 1 : 1000);
	ensure(zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, KEY_BYTES) == 0 &&
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, key->public_key, KEY_BYTES) == 0 &&
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_key, KEY_BYTES) == 0);
	snprintf(name, sizeof(name), "inproc://lost-%zu", n);
	ensure(zmq_socket_monitor(socket, name,
		       ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) == 0);
	flood->monitor[n] = zmq_socket(flood->zmq, ZMQ_PAIR);
	ensure(flood->monitor[n] && zmq_connect(flood->monitor[n], name) == 0);
	set(flood->monitor[n], ZMQ_LINGER, 0);
	ensure(zmq_connect(socket, flood->address) == 0);
	flood->socket[n] = socket;
}

static bool open_all(struct flood *flood)
{
	uint8_t server_key[KEY_BYTES];
	struct key_pair key;

	if (key_parse(flood->server_key, server_key) < 0 ||
		key_pair_load(flood->key_file, &key) < 0) {
		fprintf(stderr, "flood: %s\n", err_text());
		return false;
	}
	flood->zmq = zmq_ctx_new();
	ensure(flood->zmq && zmq_ctx_set(flood->zmq, ZMQ_MAX_SOCKETS, 8 * CONNECTIONS_MAX) == 0);
	for (size_t i = 0; i < flood->connections; i++)
		connection_open(flood, i, server_key, &key);
	return true;
}

static void read_answers(struct flood *flood, void *socket)
{
	uint8_t frame[FRAME_HEADER_BYTES];

	for (int i = 0; i < READ_MAX; i++) {
		zmq_msg_t rest;

		if (zmq_recv(socket, frame, sizeof(frame), ZMQ_DONTWAIT) < 0)
			return;
		if (frame[3] <= FRAME_TYPE_MAX)
			flood->answers[frame[3]]++;
		if (!flood->heard) {
			puts("heard");
			fflush(stdout);
		}
		flood->heard = true;
		zmq_msg_init(&rest);
		(void)zmq_msg_recv(&rest, socket, ZMQ_DONTWAIT);
		zmq_msg_close(&rest);
	}
}

static void read_losses(struct flood *flood, void *monitor)
{
	uint8_t event[6];

	while (zmq_recv(monitor, event, sizeof(event), ZMQ_DONTWAIT) >= 0) {
		uint16_t number;

		memcpy(&number, event, sizeof(number));
		flood->lost += number == ZMQ_EVENT_DISCONNECTED;
		(void)zmq_recv(monitor, event, sizeof(event), ZMQ_DONTWAIT);
	}
}

/* A right header and a payload of that size; of more frames, all but the first alike. */
static bool send_one(struct flood *flood, void *socket)
{
	uint8_t header[FRAME_HEADER_BYTES];
	const struct frame frame = { .type = (enum frame_type)flood->type,
		.request = ++flood->request,
		.length = (uint32_t)flood->size };

	frame_encode(&frame, header);
	if (zmq_send(socket, header, sizeof(header),
		    ZMQ_DONTWAIT | (flood->frames > 1 ? ZMQ_SNDMORE : 0)) < 0)
		return false;
	for (unsigned long i = 1; i < flood->frames; i++)
		if (zmq_send(socket, flood->frame, flood->size,
			    ZMQ_DONTWAIT | (i + 1 < flood->frames ? ZMQ_SNDMORE : 0)) < 0)
			return false;
	flood->sent++;
	return true;
}

static void run(struct flood *flood)
{
	const struct mono started = clock_mono();
	int64_t ms;

	for (size_t turn = 0; !ending && (ms = mono_ms_since(started, clock_mono())) <
						 (int64_t)flood->seconds * 1000;
		turn++) {
		const size_t n = turn % flood->connections;
		const bool due =
			flood->rate == 0 || flood->sent * 1000 < (uint64_t)ms * flood->rate;
		const bool sent = due && send_one(flood, flood->socket[n]);
		zmq_pollitem_t none = { .fd = -1 };

		if (!flood->mute)
			read_answers(flood, flood->socket[n]);
		if (n == 0)
			read_losses(flood,
				flood->monitor[turn / flood->connections % flood->connections]);
		if (!due || (!sent && n + 1 == flood->connections))
			zmq_poll(&none, 0, 1);
	}
	for (size_t i = 0; i < flood->connections; i++)
		read_losses(flood, flood->monitor[i]);
}

static void print(const struct flood *flood)
{
	printf("{\"sent\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"busy\":%" PRIu64
	       ",\"refusals\":%" PRIu64 ",\"pongs\":%" PRIu64 ",\"verdicts\":%" PRIu64 "}\n",
		flood->sent, flood->lost, flood->answers[FRAME_BUSY], flood->answers[FRAME_REFUSAL],
		flood->answers[FRAME_PONG], flood->answers[FRAME_VERDICTS]);
}

int main(int argc, char **argv)
{
	static struct flood flood = {
		.connections = 1, .size = 100, .frames = 2, .seconds = 5, .type = FRAME_SUBMIT
	};

	if (!options_parse(&flood, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	signal(SIGTERM, end);
	if (!open_all(&flood))
		return 1;
	run(&flood);
	print(&flood);
	for (size_t i = 0; i < flood.connections; i++) {
		zmq_socket_monitor(flood.socket[i], NULL, 0);
		zmq_close(flood.monitor[i]);
		zmq_close(flood.socket[i]);
	}
	zmq_ctx_term(flood.zmq);
	return 0;
}
