"""What all tests share: property tests are about what holds, not about how long a busy machine takes."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("narrows", deadline=None)
settings.load_profile("narrows")
