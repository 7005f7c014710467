"""The process that decodes what strangers send: it has nothing to lose but itself.

    web --kind, bytes--> python -m server.forward.decoding --pictures--> web

It is told no settings, no keys and no database, and has an empty environment. Before it looks
at a byte it gives up opening anything, be it a file or a connection, and starting anything;
where Linux has Landlock, also removing files, looking into other processes and signalling them.
It ends by the system's hand when it takes too much time or memory. One file, then it is gone.

On standard input a line of JSON (what it is, what is asked), then the file; on standard output
a line of JSON (sizes, or the code of a refusal), then the pictures.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import dataclass
from typing import Final

from server.forward import landlock, limits
from server.forward.sniffing import FileKind

REFUSED: Final = 3
LINE_BYTES_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of the process."""

    kind: FileKind
    photo: bool
    pages_max: int

    def line(self) -> bytes:
        """Return it as the first line that the process reads."""
        asked = {"kind": self.kind.value, "photo": self.photo, "pages_max": self.pages_max}
        return json.dumps(asked).encode() + b"\n"


def job_of(line: bytes) -> Job:
    """Return what the first line asks."""
    asked = json.loads(line)
    return Job(FileKind(asked["kind"]), bool(asked["photo"]), int(asked["pages_max"]))


def confine() -> None:
    """Take away from this process what a decoder does not need.

    What it has open stays open; nothing is opened after it, a module or a font included.
    """
    os.nice(limits.NICE)
    landlock.give_up_everything()
    for what, most in (
        (resource.RLIMIT_CPU, limits.CPU_S),
        (resource.RLIMIT_AS, limits.MEMORY_BYTES_MAX),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def main() -> int:
    """Read one file, and write what it shows."""
    from server.forward import pictures  # noqa: PLC0415 - what is loaded before may need files

    pictures.load()
    confine()
    job = job_of(sys.stdin.buffer.readline(LINE_BYTES_MAX))
    content = sys.stdin.buffer.read(limits.FILE_BYTES_MAX + 1)
    try:
        made = pictures.clean(content, job.kind, photo=job.photo, pages_max=job.pages_max)
    except pictures.Refused as refused:
        sys.stdout.write(json.dumps({"refused": refused.code}) + "\n")
        return REFUSED
    except MemoryError:
        sys.stdout.write(json.dumps({"refused": "upload_too_many_pixels"}) + "\n")
        return REFUSED
    told = [[one.width_px, one.height_px, len(one.image), len(one.thumbnail)] for one in made]
    out = sys.stdout.buffer
    out.write(json.dumps({"pictures": told}).encode() + b"\n")
    for one in made:
        out.write(one.image)
        out.write(one.thumbnail)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
