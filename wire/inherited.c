/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Listeners that the service manager made: the process needs neither the port nor a network of its
 * own, and the listeners outlive it, so nobody is refused while it is restarted. Everything else
 * about the endpoint is as if it had bound them itself. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "base/err.h"
#include "base/inherit.h"
#include "wire/socket.h"

/* What libzmq is told: it parses the address, and then uses the descriptor instead. */
static const char *pretext(const struct inherited *from, char *text, size_t size)
{
	const struct sockaddr_un *unix_address = (const struct sockaddr_un *)&from->address;

	if (from->family != AF_UNIX)
		return "tcp://127.0.0.1:*";
	snprintf(text, size, "ipc://%s", unix_address->sun_path);
	return text;
}

static void address_add(const struct inherited *from, char *text, size_t size)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&from->address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&from->address;
	const struct sockaddr_un *unix_address = (const struct sockaddr_un *)&from->address;
	char host[INET6_ADDRSTRLEN] = "?";
	size_t len = strlen(text);

	if (from->family == AF_UNIX)
		snprintf(text + len, size - len, " %s", unix_address->sun_path);
	else if (from->family == AF_INET6)
		snprintf(text + len, size - len, " [%s]:%u",
			inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host)),
			(unsigned)ntohs(six->sin6_port));
	else
		snprintf(text + len, size - len, " %s:%u",
			inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host)),
			(unsigned)ntohs(four->sin_port));
}

static int bind_one(void *socket, const struct inherited *from)
{
	char text[sizeof(struct sockaddr_un) + 8];
	int r;

	if (from->family == AF_UNIX &&
		((const struct sockaddr_un *)&from->address)->sun_path[0] == 0)
		return err_here(ERR_INVALID,
			"inherited descriptor %d has no path; abstract names have no permissions",
			from->fd);
	if ((r = socket_set_number(socket, ZMQ_USE_FD, from->fd)) < 0)
		return err_pass(r);
	if (zmq_bind(socket, pretext(from, text, sizeof(text))) != 0)
		return err_here(ERR_IO, "cannot serve inherited descriptor %d ('%s'): %s", from->fd,
			from->name, zmq_strerror(errno));
	return 0;
}

int socket_bind_inherited(void *socket, char *ret_address, size_t size)
{
	struct inherited sockets[INHERITED_MAX];
	size_t count;
	int r = inherited_sockets(sockets, &count);

	if (r < 0)
		return err_pass(r);
	snprintf(ret_address, size, "inherited:");
	for (size_t i = 0; i < count; i++) {
		if ((r = bind_one(socket, &sockets[i])) < 0)
			return err_pass(r);
		address_add(&sockets[i], ret_address, size);
	}
	return err_pass(socket_set_number(socket, ZMQ_USE_FD, -1));
}
