/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the server's files share: the loop (server.c), and what looks at it (observe.h). For nobody
 * else. */
#ifndef AGGREGATOR_SERVER_PARTS_H
#define AGGREGATOR_SERVER_PARTS_H

#include "aggregator/answer.h"
#include "aggregator/observe.h"
#include "aggregator/server.h"
#include "base/watchdog.h"
#include "wire/loop.h"

/* Everything that the loop holds, in the order in which it is opened. */
struct server {
	struct settings *settings; /* borrowed; some change at SIGHUP */
	const char *config;        /* their file */
	struct follow *follow;
	struct answering *answering;
	struct wire_context *context;
	struct auth *auth;
	struct endpoint *endpoint;
	struct loop *loop;
	struct buffer out;
	struct mono synced;
	struct mono busy;         /* when something was last folded or asked */
	enum follow_state state;  /* as last logged */
	bool watching;            /* the loop knows the journal's wake-ups */
	struct watchdog watchdog; /* the service manager's watchdog */
	struct pulse pulse;       /* of this thread: a step inside of what takes long is a turn */
	struct mono told;         /* when the manager heard of the state */
	/* looked at by observe.h */
	struct watched watched;
	struct wall started;
	struct observed observed;
	struct histogram questions; /* how long answers took */
};

#endif
