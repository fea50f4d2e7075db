"""`python -m tui` is `narrows`."""

from tui.cli import main

raise SystemExit(main())
