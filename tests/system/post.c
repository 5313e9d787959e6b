/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A letter box for scripts: posts messages that somebody else packed, one after the other over one
 * connection, and prints the answers. A line of input is "TYPE HEX" (the number of the frame's type
 * and its payload); a line of output is the same of the answer, or "0" when none came within a
 * minute. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "client/client.h"

enum {
	LINE_BYTES_MAX = 2 * FRAME_BYTES_MAX + 16,
	BUSY_TRIES = 200,
	BUSY_US = 50000,
	ANSWER_MS = 60000
};

/* The answer to this request; CLIENT_EMPTY when none comes in time. */
static int answer_await(
	struct client *client, uint32_t request, struct frame *ret_frame, struct bytes *ret_payload)
{
	int r;

	do
		r = client_recv(client, ANSWER_MS, ret_frame, ret_payload);
	while (r == 0 && ret_frame->request != request);
	return r < 0 ? err_pass(r) : r;
}

static int letter_post(struct client *client, unsigned type, const struct buffer *payload)
{
	struct frame frame = { .type = FRAME_BUSY };
	struct bytes answer;
	int r = 0;

	for (int i = 0; r == 0 && frame.type == FRAME_BUSY && i < BUSY_TRIES; i++) {
		uint32_t request = client_request(client);

		if (i > 0)
			usleep(BUSY_US);
		r = client_send(
			client, (enum frame_type)type, request, buffer_view(payload), ANSWER_MS);
		if (r == 0)
			r = answer_await(client, request, &frame, &answer);
	}
	if (r < 0)
		return err_pass(r);
	printf("%u ", r == 0 ? (unsigned)frame.type : 0);
	for (size_t i = 0; r == 0 && i < answer.len; i++)
		printf("%02x", answer.data[i]);
	putchar('\n');
	fflush(stdout);
	return 0;
}

/* "TYPE HEX" */
static int line_read(char *line, unsigned *ret_type, struct buffer *payload)
{
	char *hex;
	unsigned long type = strtoul(line, &hex, 10);

	payload->len = 0;
	if (hex == line || type > FRAME_TYPE_MAX)
		return err_here(ERR_INVALID, "'%.20s' does not begin with a type", line);
	for (hex += *hex == ' '; hex[0] && hex[1] && hex[0] != '\n'; hex += 2) {
		const char pair[] = { hex[0], hex[1], '\0' };
		uint8_t byte = (uint8_t)strtoul(pair, NULL, 16);
		int r = buffer_add(payload, bytes_of(&byte, 1));

		if (r < 0)
			return err_pass(r);
	}
	*ret_type = (unsigned)type;
	return 0;
}

static int letters_post(struct client *client)
{
	static char line[LINE_BYTES_MAX];
	AUTO(buffer_fini) struct buffer payload = { 0 };

	while (fgets(line, sizeof(line), stdin)) {
		unsigned type = 0;
		int r = line_read(line, &type, &payload);

		if (r < 0 || (r = letter_post(client, type, &payload)) < 0)
			return err_pass(r);
	}
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(client_close) struct client *client = NULL;
	struct client_settings settings;
	int r;

	if (argc != 3) {
		fprintf(stderr, "usage: post CLIENT.yaml ingestd|aggregator\n");
		return 2;
	}
	if ((r = client_settings_load(argv[1], &settings)) < 0 ||
		(r = client_open(&settings,
			 strcmp(argv[2], "ingestd") == 0 ? settings.ingestd : settings.aggregator,
			 &client)) < 0 ||
		(r = letters_post(client)) < 0) {
		fprintf(stderr, "%s\n%s\n", err_text(), err_trace());
		return 1;
	}
	return 0;
}
