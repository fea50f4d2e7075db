"""What a user may set about an alert: a table `[[alerts]]` of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from providers.secret import Secret

# As in `metrics.alert_rules`, which the first frame has no time to load where no alert is set.
Repeat = Literal["session", "always", "once"]
Sink = Literal["screen", "bell", "desktop", "command", "webhook"]
LONGEST_SNOOZE = 10_080


class Alert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One alert.

    Attributes:
        when: A condition on a path of the Board's JSON, such as `share.listed_pct >= 7`; see docs/alerts.md.
        name: What it is called in notices instead of the condition.
        repeat: At most once a trading day, at every return, or once ever.
        hysteresis: How far the figure must go back, in its own unit, before it counts as having left.
        snooze: For how many minutes it is quiet when it is told to.
        sinks: Where it is told; without them on the screen, and by the command and the webhook that are set.
        command: Program and arguments; `{text}`, `{name}`, `{when}`, `{said}` and `{at}` are filled in.
        webhook: Address to which it is posted as JSON, or where that is kept.
    """

    when: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None = None
    repeat: Repeat = "session"
    hysteresis: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    snooze: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_SNOOZE)] = 60.0
    sinks: tuple[Sink, ...] | None = None
    command: tuple[str, ...] = ()
    webhook: str | Secret | None = None
