# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the scripts share. Sourced, not run.
#
# The exit status of a script tells whether its work was done: 0 it was, 1 it was not, 2 the arguments
# were wrong. That nobody reads what is printed is no failure, and nothing is said of it. What was
# asked for and finds no room is one, with a line that says so.
#
# The script that sources this file has set -euo pipefail, and finds here:
#   project_root        absolute path of the source tree
# in common/output.sh:
#   outlive_readers     goes on when nobody reads the output any more
#   shows_colours       whether a descriptor is a terminal on which colours are wanted
#   log, fail, wrong    messages on standard error
#   print               what was asked for, on standard output
#   check_output, replace, write_result
#                       a file that is made anew, whole or not at all
#   temporary           a temporary file or folder
# in common/arguments.sh:
#   read_arguments      options and other arguments, by the kinds that are allowed
#   choose_steps        which of its steps the script goes through
#   is_in               whether a word is among others
#   print_help          the function usage of the script, on standard output
# in common/widths.sh:
#   widths, widths_table, widths_column
#                       the table of the widths of Windows programs
# in common/packages.sh:
#   ..._packages        the Debian packages that it takes for one thing or another
#   need_packages       install what is missing, or say what is
#   need_miredo         install Teredo's programs, without starting them
#   need_resolved       systemd-resolved for its test, without installing it
#   need_network_manager  NetworkManager, likewise
#   debian_mirror       where this machine has Debian's packages from
# in common/wine.sh:
#   find_wine, need_wine
#                       which Wine runs Windows programs
# in common/build.sh:
#   build_dir           choose and create a build directory
#   cmake_build         configure and build; lean_build are options for it
#   bench_build         the benchmarks
# in common/namespace.sh:
#   find_namespace      how to start a program in network namespaces of its own
#   find_namespace_for_bench
#                       likewise, with root's receive buffers
# in common/root.sh:
#   make_root           a Debian root with amd64's and i386's packages
#   why_no_root         why there can be none here
#   in_root             run a command in it
#   copy_sources        the source tree becomes its /project
#   remove_root         remove it
# in common/page.sh:
#   row, junit_table    tables of Markdown

project_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# ip is not in an ordinary user's path.
PATH=$PATH:/usr/sbin:/sbin

# What is closed from the beginning is /dev/null: its descriptor would be given to some file, and
# messages be written there.
[[ -e /dev/fd/0 ]] || exec </dev/null
[[ -e /dev/fd/1 ]] || exec >/dev/null
[[ -e /dev/fd/2 ]] || exec 2>/dev/null

# shellcheck source=scripts/common/output.sh
. "$project_root/scripts/common/output.sh"
# shellcheck source=scripts/common/arguments.sh
. "$project_root/scripts/common/arguments.sh"
# shellcheck source=scripts/common/widths.sh
. "$project_root/scripts/common/widths.sh"
# shellcheck source=scripts/common/packages.sh
. "$project_root/scripts/common/packages.sh"
# shellcheck source=scripts/common/wine.sh
. "$project_root/scripts/common/wine.sh"
# shellcheck source=scripts/common/build.sh
. "$project_root/scripts/common/build.sh"
# shellcheck source=scripts/common/namespace.sh
. "$project_root/scripts/common/namespace.sh"
# shellcheck source=scripts/common/root.sh
. "$project_root/scripts/common/root.sh"
# shellcheck source=scripts/common/page.sh
. "$project_root/scripts/common/page.sh"
