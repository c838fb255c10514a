#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds commits that break the rules for commits: since the one that the file commits_since names.

    check_commits.py [DIRECTORY [BASELINE]]

A subject has at most 72 characters and says "area: what". A merge changes nothing by itself, so that
bisecting never ends in one. Looks at nothing, and says so, where the history is not there: in an
exported tree, and in a clone that is not deep enough. Prints what it finds, and exits with 1 if there
is anything.
"""
import re
import subprocess
import sys
from pathlib import Path

LONGEST = 72
# One area or several: a folder, a program, a document. What git says of a revert is as good.
SUBJECT = re.compile(r'[\w.][\w./+-]*(, [\w.][\w./+-]*)*: \S.*|Revert ".+"')


def baseline():
    lines = Path(__file__).with_name("commits_since").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if not line.startswith("#"))


class Repository:
    def __init__(self, directory):
        self.directory = Path(directory).resolve()

    def run(self, *arguments):
        # Root may run this in a clone that is an ordinary user's.
        return subprocess.run(["git", "-c", f"safe.directory={self.directory}", "-C", self.directory,
                               *arguments], capture_output=True, text=True, encoding="utf-8",
                              errors="replace")

    def output(self, *arguments):
        result = self.run(*arguments)
        if result.returncode != 0:
            sys.exit(f"git {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def reaches(self, commit):
        """Whether this is a clone, not a folder somewhere in one, with all commits since that one."""
        try:
            top = self.run("rev-parse", "--show-toplevel")
        except FileNotFoundError:
            return False
        return top.returncode == 0 and Path(top.stdout.rstrip("\n")) == self.directory and \
            self.run("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0

    def commits_since(self, commit):
        """Of each: its short name, its parents, its subject."""
        for line in self.output("log", "--format=%h%x00%p%x00%s", f"{commit}..HEAD").splitlines():
            name, parents, subject = line.split("\0")
            yield name, parents.split(), subject

    def changes_by_itself(self, merge):
        """What is in a merge that git would not have made of its parents: resolved conflicts, too."""
        return bool(self.output("show", "--remerge-diff", "--format=", merge).strip())


def check(repository, since):
    for name, parents, subject in repository.commits_since(since):
        if len(subject) > LONGEST:
            yield f"{name}: the subject has {len(subject)} characters: {subject}"
        if len(parents) < 2 and not SUBJECT.fullmatch(subject):
            yield f"{name}: the subject is not \"area: what\": {subject}"
        if len(parents) > 2:
            yield f"{name}: a merge of {len(parents)} parents: {subject}"
        elif len(parents) == 2 and repository.changes_by_itself(name):
            yield f"{name}: a merge with changes of its own: {subject}"


def main():
    repository = Repository(sys.argv[1] if len(sys.argv) > 1 else ".")
    since = sys.argv[2] if len(sys.argv) > 2 else baseline()
    if not repository.reaches(since):
        print(f"not checked: there is no history since {since[:12]} here")
        return 0
    found = list(check(repository, since))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
