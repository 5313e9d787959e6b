# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Shared parts of the generators of places: everything that they make is invented, and says so."""
