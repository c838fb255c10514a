#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The checks of this folder by themselves: what they find in small trees and histories."""
import collections
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
LONG = "src: " + "x" * 68

# Files of a tree, and what check_docs.py says of it; nothing of one that is in order.
Tree = collections.namedtuple("Tree", "name files says")
ABSENT = "/".join(("docs", "ABSENT.md"))  # this file is looked at, too
INDEX = "# Index\n\n[a](a.md)\n"
TREES = [
    Tree("in order", {"docs/README.md": INDEX,
                      "docs/a.md": "# A `b`, c\n## A\n## A\n[x](#a-1), [y](../docs)\n",
                      "README.md": "[a](docs/a.md#a-b-c), [b](https://example.org/docs/none.md)\n"}, []),
    Tree("no file", {"docs/README.md": INDEX, "docs/a.md": "[x](b.md)\n"},
         ["docs/a.md:1: there is no docs/b.md"]),
    Tree("no heading", {"docs/README.md": INDEX, "docs/a.md": "# A\n\n[x](README.md#a)\n"},
         ["docs/a.md:3: there is no heading #a in docs/README.md"]),
    Tree("a heading that is none", {"docs/README.md": INDEX, "docs/a.md": "```\n# B\n```\n[x](#b)\n"},
         ["docs/a.md:4: there is no heading #b in docs/a.md"]),
    Tree("no link", {"docs/README.md": INDEX, "docs/a.md": "`[x](b.md)`\n\n```\n[x](c.md)\n```\n"}, []),
    Tree("a definition", {"docs/README.md": INDEX, "docs/a.md": "[x][y]\n\n[y]: b.md\n"},
         ["docs/a.md:3: there is no docs/b.md"]),
    Tree("not in the index", {"docs/README.md": INDEX, "docs/a.md": "", "docs/new/b.md": ""},
         ["docs/new/b.md: not in docs/README.md"]),
    Tree("a picture", {"docs/README.md": INDEX, "docs/a.md": "![x](x.svg)\n", "docs/x.svg": "",
                       "docs/y.svg": ""}, ["docs/y.svg: no page shows it"]),
    Tree("a path", {"docs/README.md": INDEX, "src/api/a.c": "",
                    "docs/a.md": "`src/api`, `src/api/a.c`, src/c.c, `src/*.c`,\n`src/api/a`, `src/api/b.c`\n"},
         ["docs/a.md:2: there is no src/api/b.c"]),
    Tree("a comment", {"docs/README.md": INDEX, "docs/a.md": "", "src/a.c": f"/* See {ABSENT}. */\n"},
         [f"src/a.c: there is no {ABSENT}"]),
]

# A file's bytes, and what check_editorconfig.py says of it.
File = collections.namedtuple("File", "name data says")
FILES = [
    File("src/a.c", "int a; /* ü */\n".encode(), []),
    File("src/a.c", b"int a;", ["src/a.c:1: no newline at the end"]),
    File("src/a.c", b"int a;\n\tint b;\n", ["src/a.c:2: indented by a tab"]),
    File("src/a.c", b"int a; \n", ["src/a.c:1: whitespace at the end of the line"]),
    File("src/a.c", b"int a;\r\n", ["src/a.c:1: a carriage return"]),
    File("src/a.c", b"\n\xff\n", ["src/a.c:2: not UTF-8"]),
    File("src/a.c", b"x" * 101 + b"\n", ["src/a.c:1: longer than 100 characters"]),
    File("docs/a.md", b"x" * 101 + b"\n", []),
    File("tests/messages/recorded/link/up", b"\xff \n\t\r\n ", []),
]

# A commit's subject, whether it is a merge and of what sort, and what check_commits.py says of it.
Commit = collections.namedtuple("Commit", "subject merge says")
COMMITS = [
    Commit("src: something", None, ""),
    Commit("tests/wine, docs: something", None, ""),
    Commit('Revert "src: something"', None, ""),
    Commit(LONG[:72], None, ""),
    Commit(LONG, None, "the subject has 73 characters"),
    Commit("something", None, 'the subject is not "area: what"'),
    Commit("fixup! src: something", None, 'the subject is not "area: what"'),
    Commit("Merge branch 'side'", "clean", ""),
    Commit("Merge branch 'side'", "changed", "a merge with changes of its own"),
    Commit("Merge branch 'side'", "conflict", "a merge with changes of its own"),
    Commit("Merge branches 'side' and 'beside'", "octopus", "a merge of 3 parents"),
]


def run(script, *arguments, names=(), cwd=None):
    return subprocess.run([sys.executable, "-B", HERE / f"{script}.py", *arguments], cwd=cwd,
                          input="".join(name + "\0" for name in names), capture_output=True, text=True)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def write(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def check(self, result, says):
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.stdout.splitlines(), says)
        self.assertEqual(result.returncode, 1 if says else 0)


class Docs(Case):
    def test_trees(self):
        for number, tree in enumerate(TREES):
            with self.subTest(tree.name):
                for name, text in tree.files.items():
                    self.write(f"{number}/{name}", text.encode())
                self.check(run("check_docs", names=tree.files, cwd=self.folder / str(number)), tree.says)


class Editorconfig(Case):
    def test_files(self):
        self.write(".editorconfig", (HERE.parents[1] / ".editorconfig").read_bytes())
        for file in FILES:
            with self.subTest(file.data):
                self.write(file.name, file.data)
                self.check(run("check_editorconfig", names=[file.name], cwd=self.folder), file.says)


class Commits(Case):
    def setUp(self):
        super().setUp()
        self.write("repository/file", b"")
        self.repository = self.folder / "repository"
        self.git("init", "-q", "-b", "main")
        self.commit("begin")
        self.base = self.git("rev-parse", "HEAD")

    def git(self, *arguments, status=0):
        mine = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for who in "AUTHOR", "COMMITTER":
            mine |= {f"GIT_{who}_NAME": "somebody", f"GIT_{who}_EMAIL": "somebody@example.org"}
        result = subprocess.run(["git", "-C", self.repository, *arguments], capture_output=True, text=True,
                                env={k: v for k, v in os.environ.items() if k[:4] != "GIT_"} | mine)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout.strip()

    def commit(self, subject, name="file"):
        self.write(f"repository/{name}", subject.encode())
        self.git("add", ".")
        self.git("commit", "-q", "-m", subject)

    def merge(self, commit):
        """Of branches that change the same file where there is to be a conflict, else others."""
        conflict = commit.merge == "conflict"
        branches = ["side", "beside"] if commit.merge == "octopus" else ["side"]
        for branch in branches:
            self.git("checkout", "-q", "-B", branch, self.base)
            self.commit(f"src: on {branch}", "file" if conflict else branch)
        self.git("checkout", "-q", "main")
        self.commit("src: meanwhile")
        self.git("merge", "-q", "--no-ff", "--no-commit", *branches, status=1 if conflict else 0)
        if commit.merge in ("conflict", "changed"):
            self.commit(commit.subject, "file" if conflict else "third")
        else:
            self.git("commit", "-q", "-m", commit.subject)

    def found(self, directory=None):
        return run("check_commits", directory or self.repository, self.base)

    def test_commits(self):
        for commit in COMMITS:
            with self.subTest(commit):
                self.git("reset", "-q", "--hard", self.base)
                if commit.merge:
                    self.merge(commit)
                else:
                    self.commit(commit.subject)
                result = self.found()
                self.assertEqual(result.stdout.count("\n"), 1 if commit.says else 0, result.stdout)
                self.assertIn(commit.says, result.stdout)
                self.assertEqual((result.returncode, result.stderr), (1 if commit.says else 0, ""))

    def test_no_history(self):
        """A clone that is not deep enough, a tree without a history, a folder in another's history."""
        self.commit("wrong")
        self.git("clone", "-q", "--depth=1", f"file://{self.repository}", str(self.folder / "shallow"))
        for folder in "exported", "repository/inside":
            (self.folder / folder).mkdir()
        for folder in "shallow", "exported", "repository/inside":
            with self.subTest(folder):
                result = self.found(self.folder / folder)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertRegex(result.stdout, r"\Anot checked: there is no history since \w+ here\n\Z")
        self.assertEqual(self.found().returncode, 1)


if __name__ == "__main__":
    unittest.main()
