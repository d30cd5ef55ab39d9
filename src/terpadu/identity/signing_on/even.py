"""Answers that take an even time: how long a page worked must not tell whether an address has an account."""

from __future__ import annotations

import math
import time
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from terpadu.pages.guards import View

STEP = 0.25
"""Seconds. What took longer is rounded up to the next step, so a busy machine tells no more than an idle one."""


def evenly(view: View) -> View:
    """Stands below the guard. Only what is sent is evened out; reading a page depends on nobody's address."""

    @wraps(view)
    def evened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        start = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and STEP:
            taken = time.monotonic() - start
            time.sleep(math.ceil(taken / STEP) * STEP - taken)
        return response

    return evened
