/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the kernel, none of which waits. A descriptor that is no socket, or closed
 * meanwhile, is an answer like any other. */
#include "wire/kernel.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool option(int fd, int level, int name, void *value, socklen_t len)
{
	return getsockopt(fd, level, name, value, &len) == 0;
}

struct link kernel_link(int fd)
{
	struct link link = { .fd = -1 };

	if (fd >= 0 && option(fd, SOL_SOCKET, SO_COOKIE, &link.cookie, sizeof(link.cookie)))
		link.fd = fd;
	return link;
}

/* <linux/tcp.h> has no name for the state. */
enum { LISTENING = 10 };

bool kernel_tcp(int fd, struct tcp_counts *ret_counts)
{
	struct tcp_info info = { 0 };

	if (!option(fd, IPPROTO_TCP, TCP_INFO, &info, sizeof(info)))
		return false;
	*ret_counts = (struct tcp_counts){ .listens = info.tcpi_state == LISTENING,
		.received = info.tcpi_bytes_received,
		.fetched = info.tcpi_bytes_acked };
	return true;
}

uint64_t kernel_waiting(int fd)
{
	int waiting;

	return ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0 ? (uint64_t)waiting : 0;
}

uint16_t kernel_local_port(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} name = { .six.sin6_port = 0 };
	socklen_t len = sizeof(name);

	if (getsockname(fd, &name.any, &len) != 0)
		return 0;
	return name.any.sa_family == AF_INET ? name.four.sin_port : name.six.sin6_port;
}

bool kernel_unix_accepted(int fd)
{
	struct sockaddr_un name = { .sun_family = AF_UNSPEC };
	socklen_t len = sizeof(name);
	int listens = 1;

	return getsockname(fd, (struct sockaddr *)&name, &len) == 0 && name.sun_family == AF_UNIX &&
	       len > sizeof(name.sun_family) &&
	       option(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, sizeof(listens)) && !listens;
}

uint64_t kernel_anonymous_memory(int statm)
{
	char text[128];
	const ssize_t n = pread(statm, text, sizeof(text) - 1, 0);
	char *at = text;
	uint64_t resident, shared;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	(void)strtoull(at, &at, 10);
	resident = strtoull(at, &at, 10);
	shared = strtoull(at, &at, 10);
	return resident > shared ? (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
