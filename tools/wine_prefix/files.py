# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reading files, records of what was done, and one wine-prefix at a time.

Nothing here changes a file; transaction.py does.
"""

import contextlib
import fcntl
import hashlib
import json
import os

from .messages import Problem


class Link(str):
    """What is in a place where a symbolic link is: the path that it points to."""

    @classmethod
    def at(cls, path):
        return cls(os.readlink(path))


def digest(content):
    """Of a file's bytes; a link is what it points to."""
    if isinstance(content, Link):
        return f"-> {content}"
    return hashlib.sha256(content).hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def read_if_there(path):
    try:
        return read(path)
    except FileNotFoundError:
        return None


def file_digest(path):
    """None if there is no such file."""
    content = read_if_there(path)
    return None if content is None else digest(content)


def place_digest(path):
    """Of what is in this place, a link or a file; None if nothing is."""
    return digest(Link.at(path)) if os.path.islink(path) else file_digest(path)


def same_file(path, other):
    return os.path.lexists(other) and place_digest(path) == place_digest(other)


def was_placed(path, entry):
    """Whether it is a file or link that this entry of the record tells of."""
    return place_digest(path) in entry["placed"]


def read_record(path, names):
    """What was written there by to_json(), an object with these names, or None."""
    content = read_if_there(path)
    if content is None:
        return None
    try:
        record = json.loads(content)
    except ValueError as error:
        raise Problem(f"{path} is damaged: {error}") from error
    if not isinstance(record, dict) or not names <= record.keys():
        raise Problem(f"{path} is damaged, or of another version of wine-prefix")
    return record


def to_json(value):
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


@contextlib.contextmanager
def locked(folder):
    """No other wine-prefix works on the folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"another wine-prefix is at work on {folder}") from None
        yield
    finally:
        os.close(descriptor)
