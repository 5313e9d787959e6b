/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the service manager gives a process at its start: listening sockets (LISTEN_FDS) and
 * credentials (CREDENTIALS_DIRECTORY). Without libsystemd, whose protocol for both is a few
 * environment variables. */
#ifndef BASE_INHERIT_H
#define BASE_INHERIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/macros.h"

enum { INHERITED_MAX = 16, INHERITED_NAME_BYTES = 64 };

struct inherited {
	int fd;                          /* listening; closed on exec */
	int family;                      /* AF_INET, AF_INET6 or AF_UNIX */
	char name[INHERITED_NAME_BYTES]; /* of LISTEN_FDNAMES, cut; "" without */
	struct sockaddr_storage address;
	socklen_t address_len;
};

/* All sockets meant for this process. ERR_INVALID if there are none, more than INHERITED_MAX, or
 * one that is no listening stream socket. The descriptors are the caller's. */
CHECKED int inherited_sockets(struct inherited ret[INHERITED_MAX], size_t *ret_count);

/* The file of a secret: where it was set, or else the credential of that name. ERR_INVALID if it is
 * nowhere. */
CHECKED int credential_path(const char *set, const char *name, char *ret, size_t size);
/* Whether a file lies in the folder of credentials. The manager keeps others out of it; on a file
 * system with ACLs the file itself then looks as if its group might read it (0440). */
bool credential_is(const char *path);

#endif
