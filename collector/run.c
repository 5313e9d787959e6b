/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The resident form of flush, for machines without a clerk: every round opens the outbox, greets
 * (so that a restored server gets back what it lacks, and our newest receipt is held against its
 * journal), sends what waits, and closes again. Between rounds, and never longer than for an answer
 * or two, the outbox is anybody's: a clerk's command beside it waits that long. One line is logged
 * for every change, none for every round. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "base/notify.h"
#include "collector/act.h"
#include "collector/command.h"
#include "collector/exit_codes.h"

enum {
	EVERY_SECONDS = 30,
	BACK_OFF_SECONDS_MAX = 45, /* unless every is longer: a server that is back is found soon */
	YIELD_MS = 300,            /* between parts of a long round, for whoever waits */
	PATIENCE_MS = 500, /* a part is this much longer than a silent server is waited for */
};

enum standing { STANDING_NEW, STANDING_GOOD, STANDING_SILENT, STANDING_DIFFERS, STANDING_REFUSED };

struct resident {
	/* set at start, never changed */
	const struct command_options *options;
	struct client_settings settings;
	sigset_t ends;
	/* how the server stood in the last round */
	enum standing standing;
	unsigned failures; /* rounds in a row that came to nothing */
	bool ended;        /* a signal asked for it */
	/* of the round */
	struct mono began;
	bool more; /* it was cut short: something still waits */
};

static void wait_ms(struct resident *resident, int64_t ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	if (!resident->ended && sigtimedwait(&resident->ends, NULL, &time) > 0)
		resident->ended = true;
}

static bool stopping(void *ctx)
{
	struct resident *resident = ctx;

	wait_ms(resident, 0);
	resident->more = mono_ms_since(resident->began, clock_mono()) >=
			 (int64_t)resident->settings.timeout_ms + PATIENCE_MS;
	return resident->ended || resident->more;
}

/* Says how the server stands if that has changed. */
static void stand(struct resident *resident, enum standing standing)
{
	const char *server = resident->settings.ingestd;

	resident->failures = standing == STANDING_GOOD ? 0 : resident->failures + 1;
	if (standing == resident->standing)
		return;
	resident->standing = standing;
	switch (standing) {
	case STANDING_NEW:
		break;
	case STANDING_GOOD:
		log_notice("connected", kv_str("server", server));
		break;
	case STANDING_SILENT:
		log_warning("server does not answer; what waits is safe in the outbox; continuing",
			kv_str("server", server));
		break;
	case STANDING_DIFFERS:
		log_error("history differs: what the server holds is not what its receipts say; it "
			  "takes nothing until its administrator decides, call him; everything is "
			  "kept here; continuing",
			kv_str("server", server));
		break;
	case STANDING_REFUSED:
		log_error("server refuses; continuing", kv_str("server", server),
			kv_str("why", err_text()));
		break;
	}
}

static void say_sent(const struct session *session, const struct tally *tally)
{
	const struct tally_counts *counts = &tally->earlier;

	if (session->offered_again > 0)
		log_notice("server lacks what it had; reports kept here are offered again",
			kv_u64("reports", session->offered_again));
	if (tally->verdicts > 0)
		log_notice("reports sent", kv_u64("accepted", counts->accepted),
			kv_u64("unchanged", counts->unchanged),
			kv_u64("superseded", counts->superseded), kv_u64("held", counts->held),
			kv_u64("refused", counts->refused), kv_u64("later", counts->later));
}

/* Whether the fault is the network's or the server's: those pass. */
static bool passes(int error)
{
	return error == ERR_DENIED || error == ERR_INVALID || error == ERR_NOT_FOUND ||
	       error == ERR_LIMIT || error == ERR_TIMEOUT || error == ERR_UNREACHABLE;
}

static int send_waiting(struct resident *resident, struct session *session)
{
	struct tally tally;
	int r = start_tally(resident->options, session, &tally);

	tally.progress.shown = false;
	session->stopping = stopping;
	session->stopping_ctx = resident;
	if (r == 0)
		r = session_drive(session, tally_visit, &tally);
	say_sent(session, &tally);
	tally_fini(&tally);
	if (r < 0)
		return err_pass(r);
	stand(resident, session->differs       ? STANDING_DIFFERS
			: r == SESSION_OFFLINE ? STANDING_SILENT
					       : STANDING_GOOD);
	return 0;
}

static int round_run(struct resident *resident)
{
	AUTO(session_close) struct session *session = NULL;
	int r = session_open(&resident->settings, &session);

	resident->more = false;
	if (r == ERR_CONFLICT)
		return 0; /* a clerk is at work with the outbox, and sends */
	if (r < 0 || (r = session_greet(session)) < 0)
		return err_pass(r);
	resident->began = clock_mono();
	if (session->online)
		return err_pass(send_waiting(resident, session));
	stand(resident, session->differs ? STANDING_DIFFERS : STANDING_SILENT);
	return 0;
}

/* A quarter more or less, so that a thousand collectors do not come at once. */
static int64_t jitter(int64_t ms)
{
	uint16_t chance = 0;

	if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
		return ms;
	return ms - ms / 4 + ms / 2 * chance / UINT16_MAX;
}

static void wait_round(struct resident *resident)
{
	unsigned every = resident->options->every ? resident->options->every : EVERY_SECONDS;
	unsigned most = every > BACK_OFF_SECONDS_MAX ? every : BACK_OFF_SECONDS_MAX;
	unsigned doublings = resident->failures > 6 ? 6 : resident->failures;
	int64_t seconds = (int64_t)every << (doublings > 0 ? doublings - 1 : 0);

	if (resident->more)
		wait_ms(resident, YIELD_MS);
	else
		wait_ms(resident, jitter((seconds < most ? seconds : most) * 1000));
}

/* Until a signal, or a fault of this machine. */
static int rounds(struct resident *resident)
{
	while (!resident->ended) {
		int r = round_run(resident);

		if (r < 0 && !passes(r))
			return err_pass(r);
		if (r < 0)
			stand(resident, STANDING_REFUSED);
		wait_round(resident);
	}
	return 0;
}

int command_run(const struct command_options *options)
{
	struct resident resident = { .options = options };
	int code = EXIT_DONE, r;

	if (options->word_count != 0)
		return complain_use("用法：huibao-collect run [--every 秒数]",
			"usage: huibao-collect run [--every SECONDS]");
	if (load_settings(options, &resident.settings, &code) < 0)
		return code;
	/* Blocked before any thread of ZeroMQ begins: only we take them, when we look. */
	sigemptyset(&resident.ends);
	sigaddset(&resident.ends, SIGTERM);
	sigaddset(&resident.ends, SIGINT);
	sigprocmask(SIG_BLOCK, &resident.ends, NULL);
	notify("READY=1");
	r = rounds(&resident);
	notify("STOPPING=1");
	return r < 0 ? complain(r) : EXIT_DONE;
}
