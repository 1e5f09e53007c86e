# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmarks of `make bench`; docs/performance.md says how to read them."""
