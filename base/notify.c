/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One datagram to a UNIX socket; an address beginning with '@' is in the abstract name space. */
#include "base/notify.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

enum { REBUILDING_EVERY_MS = 1000, REBUILDING_MORE_S = 60 };

void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (len < 2 || len >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, len);
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void notify_reloading(void)
{
	char text[64];

	snprintf(
		text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_mono().ns / 1000);
	notify(text);
}

void notify_rebuilding(const char *what, uint64_t done, uint64_t all)
{
	static _Thread_local struct mono sent;
	struct mono now = clock_mono();
	char text[160];

	if (sent.ns != 0 && mono_ms_since(sent, now) < REBUILDING_EVERY_MS)
		return;
	sent = now;
	snprintf(text, sizeof(text),
		"EXTEND_TIMEOUT_USEC=%d000000\nSTATUS=rebuilding %.40s: %" PRIu64 " of %" PRIu64
		" entries",
		(int)REBUILDING_MORE_S, what, done, all);
	notify(text);
}
