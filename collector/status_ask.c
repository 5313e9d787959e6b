/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A question in flight knows which identity it asks about and when it was asked; it is asked again
 * after silence. A refusal leaves the answer empty: the verdict on the report will say what is
 * wrong. */
#include "collector/status_ask.h"

#include "base/clock.h"
#include "base/err.h"

enum { FLIGHTS_MAX = 32, REPEAT_MS = 1500, WAIT_MS = 100 };

struct flight {
	uint32_t request; /* 0: free */
	size_t index;
	int64_t ask_at_ms; /* since start */
};

struct asking {
	struct client *client;
	struct status_wanted *wanted;
	size_t count, next, answered;
	struct flight flight[FLIGHTS_MAX];
	struct mono start;
	struct buffer out;
	struct buffer *replies;
	/* since start */
	int64_t heard_ms;
};

static int64_t now_ms(const struct asking *asking)
{
	return mono_ms_since(asking->start, clock_mono());
}

/* 0 or CLIENT_FULL. */
static int flight_send(struct asking *asking, struct flight *flight)
{
	const struct status_wanted *wanted = &asking->wanted[flight->index];
	struct status_request request = {
		.facility = bytes_str(wanted->facility),
		.form = wanted->form,
		.period = wanted->period,
		.has_since = wanted->has_since,
		.since = wanted->since,
	};
	int r;

	asking->out.len = 0;
	if ((r = status_request_encode(&request, &asking->out)) < 0)
		return err_pass(r);
	flight->ask_at_ms = now_ms(asking) + REPEAT_MS;
	return err_pass(client_send(
		asking->client, FRAME_STATUS, flight->request, buffer_view(&asking->out), WAIT_MS));
}

static int send_some(struct asking *asking)
{
	for (size_t i = 0; i < FLIGHTS_MAX; i++) {
		struct flight *flight = &asking->flight[i];
		int r;

		if (flight->request == 0 && asking->next < asking->count)
			*flight = (struct flight){ .request = client_request(asking->client),
				.index = asking->next++ };
		if (flight->request == 0 || flight->ask_at_ms > now_ms(asking))
			continue;
		if ((r = flight_send(asking, flight)) < 0)
			return err_pass(r);
		if (r == CLIENT_FULL)
			return 0;
	}
	return 0;
}

static int take_reply(struct asking *asking, struct flight *flight, struct bytes payload)
{
	struct status_wanted *wanted = &asking->wanted[flight->index];
	struct status_reply reply;
	int r = status_reply_decode(client_arena(asking->client), payload, &reply);

	if (r < 0)
		return err_pass(r);
	wanted->reply_at = asking->replies->len;
	wanted->reply_len = payload.len;
	if ((r = buffer_add(asking->replies, payload)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < reply.lines; i++) {
		if (reply.line[i].form == wanted->form && reply.line[i].period == wanted->period)
			wanted->line = reply.line[i];
	}
	/* The view dies with the arena; whoever asked knows the facility. */
	wanted->line.facility = (struct bytes){ 0 };
	return 0;
}

static int take(struct asking *asking, const struct frame *frame, struct bytes payload)
{
	struct flight *flight = NULL;
	struct busy busy;
	int r;

	for (size_t i = 0; i < FLIGHTS_MAX; i++) {
		if (asking->flight[i].request != 0 && asking->flight[i].request == frame->request)
			flight = &asking->flight[i];
	}
	if (!flight)
		return 0;
	if (frame->type == FRAME_BUSY) {
		if ((r = busy_decode(client_arena(asking->client), payload, &busy)) < 0)
			return err_pass(r);
		flight->ask_at_ms = now_ms(asking) + busy.retry_after_ms;
		return 0;
	}
	if (frame->type == FRAME_STATUS_REPLY && (r = take_reply(asking, flight, payload)) < 0)
		return err_pass(r);
	if (frame->type == FRAME_STATUS_REPLY || frame->type == FRAME_REFUSAL) {
		asking->wanted[flight->index].refused = frame->type == FRAME_REFUSAL;
		flight->request = 0;
		asking->answered++;
	}
	return 0;
}

static int ask_all(struct asking *asking, int timeout_ms)
{
	while (asking->answered < asking->count) {
		struct frame frame;
		struct bytes payload;
		int r = send_some(asking);

		if (r < 0 || (r = client_recv(asking->client, WAIT_MS, &frame, &payload)) < 0)
			return err_pass(r);
		if (r == 0) {
			/* A server that is only busy is not waited for: the rows are queued
			 * meanwhile. */
			if (frame.type != FRAME_BUSY)
				asking->heard_ms = now_ms(asking);
			if ((r = take(asking, &frame, payload)) < 0)
				return err_pass(r);
		}
		if (now_ms(asking) - asking->heard_ms > timeout_ms)
			return err_here(ERR_UNREACHABLE,
				"no answer about what is in force within %d ms", timeout_ms);
	}
	return 0;
}

int status_ask(struct client *client, int timeout_ms, struct status_wanted *wanted, size_t count,
	struct buffer *replies)
{
	struct asking asking = { .client = client,
		.wanted = wanted,
		.count = count,
		.replies = replies,
		.start = clock_mono() };
	int r = ask_all(&asking, timeout_ms);

	buffer_fini(&asking.out);
	return err_pass(r);
}
