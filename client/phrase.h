/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What an error says, in the language of the person who reads it. Errors arise in layers, and in
 * daemons, that know no languages and speak English. */
#ifndef CLIENT_PHRASE_H
#define CLIENT_PHRASE_H

/* The lines of an error's text, in Chinese if that is the language (client/language.h) and the line
 * is known; otherwise as they are. Valid until the next call in this thread. */
const char *phrase(const char *english);

#endif
