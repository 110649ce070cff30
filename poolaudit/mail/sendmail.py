"""Letters by the machine's own sendmail: whatever answers to that name, as cron itself uses it."""

import os
import shutil
import subprocess
from typing import NamedTuple

from poolaudit.mail.delivery import Delivered, DeliveryError, words_of

PLACES = ("/usr/sbin/sendmail", "/usr/lib/sendmail")
TIMEOUT_SECONDS = 60
_FOR_NOW = frozenset({os.EX_TEMPFAIL, os.EX_UNAVAILABLE, os.EX_OSERR, os.EX_OSFILE, os.EX_IOERR, os.EX_CANTCREAT})


def find_sendmail() -> str | None:
    """Give where sendmail is; cron's PATH seldom has its folder."""
    return shutil.which("sendmail") or next((path for path in PLACES if os.access(path, os.X_OK)), None)


class Sendmail(NamedTuple):
    """The program, and how long it may take."""

    path: str
    timeout_seconds: float = TIMEOUT_SECONDS

    def send(self, letter: bytes, sender: str, recipients: tuple[str, ...]) -> Delivered:
        """Hand a letter over; DeliveryError where the program does not take it.

        What becomes of it later is between sendmail and whoever reads its queue.
        """
        line = [self.path, "-oi", "-f", sender, "--", *recipients]
        try:
            done = subprocess.run(  # noqa: S603 - the program that the settings name, and no shell
                line,
                input=letter.replace(b"\r\n", b"\n"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=self.timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DeliveryError(f"{self.path} did not end in {self.timeout_seconds:g} s") from None
        except OSError as error:
            raise DeliveryError(
                f"{self.path} cannot be run: {error.strerror or error}", "check sendmail in [mail]"
            ) from None
        if done.returncode:
            is_lasting = done.returncode > 0 and done.returncode not in _FOR_NOW
            said = words_of(done.stderr) or "it does not say why"
            raise DeliveryError(f"{self.path} ended with {done.returncode}: {said}", is_lasting=is_lasting)
        return Delivered()
