# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A second, independent computation of cells and indicators, with fractions, from CSV files alone. It shares nothing with
the daemons but the tables of catalog/, and nothing with the generators."""
