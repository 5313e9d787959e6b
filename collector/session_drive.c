/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The loop of a run: what is due goes out, what comes in is filed. Silence is answered by HELLO:
 * its answer shows that the server lives and how much it takes, and on a new connection it
 * introduces us before anything is sent again. */
#include "base/err.h"
#include "collector/session_parts.h"

enum {
	WAIT_MS = 50,        /* one look at the socket */
	PROBE_MS = 1000,     /* after so much silence we ask whether anybody is there */
	PROBE_LOST_MS = 200, /* … and so often once the connection is known to be gone */
	PROGRESS_MS = 60000, /* a server that only says BUSY for so long is given up for today */
};

struct pump {
	struct session *session;
	bool done;
};

static int pump(void *ctx, const struct ports *ports)
{
	struct pump *pump = ctx;
	int r = pump->session->lost ? 0 : outbox_send_step(pump->session->send, ports);

	return r < 0 ? err_pass(r)
		     : err_pass(outbox_send_done(pump->session->send, ports, &pump->done));
}

struct filing {
	struct session *session;
	uint32_t request;
	const struct verdicts *verdicts;
	filed_visit *visit;
	void *ctx;
};

static int file_verdicts(void *ctx, const struct ports *ports)
{
	struct filing *filing = ctx;

	return err_pass(outbox_send_verdicts(filing->session->send, ports, filing->request,
		filing->verdicts, filing->visit, filing->ctx));
}

static int take_verdicts(struct session *session, const struct frame *frame, struct bytes payload,
	filed_visit *visit, void *ctx)
{
	struct verdicts verdicts;
	struct filing filing = { session, frame->request, &verdicts, visit, ctx };
	int r;

	if (!outbox_send_waits_for(session->send, frame->request))
		return 0;
	if ((r = verdicts_decode(client_arena(session->client), payload, &verdicts)) < 0 ||
		(r = session_write(session, file_verdicts, &filing)) < 0)
		return err_pass(r);
	if (r == OUTBOX_SEND_STRANGE) {
		session->lost = true; /* another journal: introduce ourselves first */
		return 0;
	}
	session->progressed = session->heard;
	return 0;
}

static int take_busy(struct session *session, const struct frame *frame, struct bytes payload)
{
	struct ports ports = session_ports(session);
	struct busy busy;
	int r = busy_decode(client_arena(session->client), payload, &busy);

	if (r < 0)
		return err_pass(r);
	r = outbox_send_busy(session->send, &ports, frame->request, busy.retry_after_ms);
	return r < 0 ? err_pass(r) : 0;
}

static int take_refusal(struct session *session, const struct frame *frame, struct bytes payload)
{
	struct refusal refusal;
	int r;

	if (frame->request != session->probe &&
		!outbox_send_waits_for(session->send, frame->request))
		return 0;
	if ((r = refusal_decode(client_arena(session->client), payload, &refusal)) < 0)
		return err_pass(r);
	if (refusal.code == REFUSAL_HISTORY_DIFFERS) {
		session->differs = true;
		return 0;
	}
	if (refusal.code != REFUSAL_HELLO_FIRST)
		return err_pass(client_refusal(session->client, payload));
	/* The server has forgotten us (it was restarted): introduce ourselves, then send again. */
	session->lost = true;
	return 0;
}

static int take_answer(struct session *session, struct bytes payload)
{
	struct welcome welcome;
	int r = session_welcome(session, payload, &welcome);

	if (r < 0)
		return err_pass(r);
	if (session->lost)
		outbox_send_reconnected(session->send);
	else
		outbox_send_alive(session->send, session->probed, session->heard);
	session->lost = false;
	session->probe = 0;
	return 0;
}

static int take_message(struct session *session, const struct frame *frame, struct bytes payload,
	filed_visit *visit, void *ctx)
{
	session->heard = clock_mono();
	switch (frame->type) {
	case FRAME_VERDICTS:
		return err_pass(take_verdicts(session, frame, payload, visit, ctx));
	case FRAME_BUSY:
		return err_pass(take_busy(session, frame, payload));
	case FRAME_REFUSAL:
		return err_pass(take_refusal(session, frame, payload));
	case FRAME_WELCOME:
		return frame->request == session->probe ? err_pass(take_answer(session, payload))
							: 0;
	default:
		return 0; /* an answer that came too late */
	}
}

static int probe(struct session *session)
{
	struct mono now = clock_mono();
	int64_t every = session->lost ? PROBE_LOST_MS : PROBE_MS;
	int r;

	if ((!session->lost && mono_ms_since(session->heard, now) < PROBE_MS) ||
		mono_ms_since(session->probed, now) < every)
		return 0;
	if ((r = session_hello(session)) < 0)
		return err_pass(r);
	session->probed = now;
	session->probe = client_request(session->client);
	r = client_send(session->client, FRAME_HELLO, session->probe, buffer_view(&session->hello),
		WAIT_MS);
	if (r == CLIENT_FULL)
		session->lost = true;
	return r < 0 ? err_pass(r) : 0;
}

static bool given_up(const struct session *session)
{
	struct mono now = clock_mono();
	int64_t timeout = (int64_t)session->settings.timeout_ms;
	int64_t patience = timeout > PROGRESS_MS ? timeout : PROGRESS_MS;

	return mono_ms_since(session->heard, now) >= timeout ||
	       mono_ms_since(session->progressed, now) >= patience;
}

int session_drive(struct session *session, filed_visit *visit, void *ctx)
{
	struct pump work = { .session = session };

	session->heard = session->progressed = session->probed = clock_mono();
	for (;;) {
		struct frame frame;
		struct bytes payload;
		int r = session_read(session, pump, &work);

		if (r < 0)
			return err_pass(r);
		if (work.done)
			return 0;
		if ((r = client_recv(session->client, WAIT_MS, &frame, &payload)) < 0)
			return err_pass(r);
		if (r == 0 && (r = take_message(session, &frame, payload, visit, ctx)) != 0)
			return err_pass(r);
		if (session->differs || given_up(session)) {
			session->online = !session->differs && session->online;
			return SESSION_OFFLINE;
		}
		if (session->stopping && session->stopping(session->stopping_ctx))
			return SESSION_STOPPED;
		if ((r = probe(session)) < 0)
			return err_pass(r);
	}
}
