"""`python -m poolaudit` is `poolaudit`."""

import sys

from poolaudit.cli import main

sys.exit(main())
