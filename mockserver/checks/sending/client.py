"""Send requests to a target: the checker's only way out, with every guard at the transport.

The path of a request: refused by kind of target (guards) → bound to the scope → admitted (meter:
budget, time, pace, breaker) → sent to the one origin, without redirects, environment proxies or a
cookie jar → read within bounds → judged (front door, scope, breaker) → written to the audit log.
transport.py alone opens connections; no other module uses it.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Self

from mockserver.checks.messages import Request, Response
from mockserver.checks.sending.audit_log import AuditLog
from mockserver.checks.sending.guards import (
    SIGN_IN,
    SIGN_OUT,
    WHO,
    asked_wait,
    is_about_rows,
    is_front_door,
    is_sign,
    refuse,
    scope_query,
    strays,
)
from mockserver.checks.sending.identity import Identities
from mockserver.checks.sending.meter import Meter
from mockserver.checks.sending.other_way import OtherWay
from mockserver.checks.sending.private_hosts import Lookup, look_up
from mockserver.checks.sending.read_body import read_body
from mockserver.checks.sending.target import Target, TargetOptions
from mockserver.checks.sending.transport import Transport, UnreachableError, make_tls
from mockserver.checks.tokens import Tokeniser
from mockserver.checks.troubles import Watch
from mockserver.errors import (
    BrokenAnswerError,
    MockServerError,
    RefusedError,
    ScopeError,
    StoppedError,
    TargetError,
)

__all__ = ["Client"]

_ATTEMPTS = 3
_RETRY_SECONDS = 0.2
# What an exchange gets that begins as the run's time ends, such as the sign-out.
_LEAST_SECONDS = 1.0
_REFUSED_IDENTITIES = frozenset({"unknown", "bearer", "bearer-empty"})


class Client:
    """Ask one target within its guards; a context manager that signs out when it ends.

    Args:
        options: what the user said of the target.
        tokens: replaces the target's values in the audit log; None for a random key.
        clock: seconds that only grow.
        sleep: waits that many seconds.
        now: Unix time, for a Retry-After that is a date.
        waiting: entered while the target or the clock is waited for; a GuardError may be raised
            there from outside, and only there.
        lookup: finds the addresses of a host that is given as the user's own, once.
    """

    def __init__(
        self,
        options: TargetOptions,
        *,
        tokens: Tokeniser | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        waiting: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
        lookup: Lookup = look_up,
    ) -> None:
        """Resolve the options; opens nothing yet.

        Raises:
            UsageError: the options do not allow a run.
        """
        self.target: Target = options.resolve(lookup=lookup)
        self._options = options
        self._tokens = tokens or Tokeniser(os.urandom(16))
        self._clock = clock
        self._sleep = self._interruptible(sleep)
        self._now = now
        self._waiting = waiting
        self._identities = Identities(options, self.target)
        reserve = 1 if self._identities.needs_sign_in else 0
        self._meter = Meter(self.target, clock=clock, sleep=self._sleep, reserve=reserve)
        self._serial = threading.Lock()
        self._sign_lock = threading.Lock()
        self._audit: AuditLog | None = None
        self._transport: Transport | None = None
        self._was_reached = False
        self._watch = Watch(target=self.target, now=now)
        self.other_way = OtherWay(target=self.target, identities=self._identities)

    def __enter__(self) -> Self:
        """Open the connection pool and the audit log."""
        if self._options.audit is not None:
            self._audit = AuditLog(self._options.audit, self._tokens)
        tls = make_tls(self.target, self._options)
        self._transport = Transport(self.target, proxy=self._options.proxy, tls=tls)
        return self

    def __exit__(self, *_: object) -> None:
        """Sign out if the run signed in; close what was opened."""
        try:
            if self._identities.is_signed_in:
                self._sign_out()
        finally:
            if self._transport is not None:
                self._transport.close()
            if self._audit is not None:
                self._audit.close()

    @property
    def requests(self) -> int:
        """Return how many requests were sent."""
        return self._meter.requests

    @property
    def remaining(self) -> int:
        """Return how many requests are left."""
        return self._meter.remaining

    @property
    def seconds(self) -> float:
        """Return how long the run has lasted."""
        return self._meter.seconds

    @property
    def has_other(self) -> bool:
        """Say whether there is a second user."""
        return self._identities.has_other

    @property
    def watch(self) -> Watch:
        """Return what was seen of the target as a whole, such as a session that ended."""
        return self._watch

    def send(self, request: Request) -> Response:
        """Return the target's answer.

        Raises:
            RefusedError: it may not go to this target; nothing was sent.
            BudgetError: the budget is spent.
            StoppedError: a guard ended the run.
            ScopeError: the answer holds rows outside the scope.
            BrokenAnswerError: the answer broke off or stalled.
            TargetError: unreachable, sign-in refused, or a front door.
        """
        request = self._prepare(request)
        if self.target.limits.together > 1:
            return self._exchange(request)
        with self._serial:
            return self._exchange(request)

    def send_together(self, requests: Sequence[Request]) -> list[Response]:
        """Return the answers to requests sent at the same time, in their order.

        Raises:
            RefusedError: more than the target's kind allows at once; also as `send`.
        """
        if len(requests) > self.target.limits.together:
            raise RefusedError(
                f"at most {self.target.limits.together} at once here", guard="together"
            )
        prepared = [self._prepare(request) for request in requests]
        if not prepared:
            return []
        with ThreadPoolExecutor(len(prepared)) as pool:
            return list(pool.map(self._exchange, prepared))

    def _interruptible(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        def wait(seconds: float) -> None:
            with self._waiting():
                sleep(seconds)

        return wait

    def _prepare(self, request: Request) -> Request:
        refuse(request, self.target)
        if request.auth in ("other", "session-beside") and not self.has_other:
            raise RefusedError("there is no second user", guard="identity")
        if is_about_rows(request):
            request = replace(request, query=scope_query(request.query, self._options.scope))
        return request

    def _exchange(self, request: Request) -> Response:
        if request.auth == "user" and not is_sign(request):
            with self._sign_lock:
                if self._identities.needs_sign_in:
                    self._sign_in()
        attempt = 1
        while True:
            signs = int(is_sign(request))
            self._meter.admit(
                signs=signs,
                refusals=int(request.auth in _REFUSED_IDENTITIES),
                is_extra=request.is_extra,
            )
            response = self._ask(request)
            wait = asked_wait(response, now_unix=self._now())
            is_strange = wait is None and self._watch.is_strange(response)
            if attempt == _ATTEMPTS or (wait is None and not is_strange):
                break
            if wait is None:
                # A host that answers strangely may be about to start.
                self._sleep(_RETRY_SECONDS)
            else:
                self._meter.pause(wait)
            attempt += 1
        if request.auth == "user" and response.status == 401 and is_about_rows(request):
            is_new = not self._watch.is_trusted
            response = (self._sign_in_instead if is_new else self._renew)(request, response)
        self._judge(response)
        return response

    def _renew(self, request: Request, response: Response) -> Response:
        """Return the answer of a new session where the old one ended, else the one there is.

        Raises:
            TargetError: the session ended, and no other one may be made.
        """
        with self._sign_lock:
            if self.target.auth == "basic" or not self._watch.may_look:
                return response
            self._watch.looked()
            self._meter.admit(is_extra=True)
            plain = replace(request, method="GET", path="/conversations", query="", headers=())
            if self._ask(self._prepare(plain)).status != 401:
                return response
            ended = TargetError(self._watch.ended(self.requests))
            if self.target.auth != "cookie" or self._watch.was_renewed:
                raise self._meter.end(ended)
            self._watch.renewed(self.requests)
            self._identities.forget()
            try:
                self._sign_in()
            except RefusedError as error:  # no sign-in is left
                raise self._meter.end(ended) from error
        self._meter.admit(is_extra=True)
        return self._ask(request)

    def _sign_in_instead(self, request: Request, response: Response) -> Response:
        """Return the answer in a session where Basic is refused and a sign-in is not."""
        if self.target.auth != "basic" or not self.other_way.begin_session(self._post_sign_in):
            return response
        self._meter.admit(is_extra=True)
        return self._ask(request)

    def _ask_by_basic(self) -> Response:
        self._meter.admit(is_extra=True)
        return self._ask(Request(auth="basic", purpose="sign-in"))

    def _judge(self, response: Response) -> None:
        if is_front_door(response):
            raise self._meter.end(
                TargetError("something before the service refused the request (a front door)")
            )
        request = response.request
        if request.path == SIGN_IN:
            self._identities.keep_session(response)
        elif request.auth == "session" or request.path in WHO:
            self._identities.learn(response)
        elif request.auth == "user" and not is_sign(request):
            error = self._watch.judge(response, probe=self._probe)
            if error is not None:
                raise self._meter.end(error)
        count = strays(response, self._options.scope)
        if count:
            stray = ScopeError(f"{count} rows of an answer are outside --scope", guard="scope")
            raise self._meter.end(stray) if self.target.is_live else stray

    def _probe(self, base_path: str) -> int | None:
        """Return how a base path beside the given one answers a stranger; None if it cannot."""
        request = Request(auth="none", purpose="base")
        try:
            self._meter.admit()
            return self._transfer(request, self._clock(), base_path=base_path).status
        except (MockServerError, UnreachableError):
            return None

    def _post_sign_in(self) -> Response:
        self._meter.admit(signs=1)
        return self._ask(Request(method="POST", path=SIGN_IN, auth="user", purpose="sign-in"))

    def _sign_in(self) -> None:
        response = self._post_sign_in()
        if is_front_door(response):
            raise self._meter.end(
                TargetError("something before the service refused the sign-in (a front door)")
            )
        self._identities.keep(response.header_values("set-cookie"), is_own=True)
        if response.status != 200 or not self._identities.is_signed_in:
            self._identities.forget()
            if self.other_way.turn_to_basic(response, self._ask_by_basic):
                return
            raise self._meter.end(self._watch.refuse(response, probe=self._probe))

    def _sign_out(self) -> None:
        if self._meter.admit_farewell():
            # The verdict stands without it, and the session ends by itself.
            with contextlib.suppress(Exception):
                self._ask(Request(path=SIGN_OUT, purpose="sign-out"))
        self._identities.forget()

    def _ask(self, request: Request) -> Response:
        started = self._clock()
        try:
            response = self._connect(request, started)
        except MockServerError as error:
            self._log(request, None, self._clock() - started, error=type(error).__name__)
            raise
        self._meter.count_answer(response.status, seconds=response.elapsed_seconds)
        self._log(request, response, response.elapsed_seconds)
        return response

    def _connect(self, request: Request, started: float) -> Response:
        while True:
            try:
                return self._transfer(request, self._clock())
            except UnreachableError as error:
                # Nothing was sent: trying again debits nothing.
                waited = self._clock() - started
                wait = min(self._options.wait_seconds, self._meter.left_seconds)
                if self._was_reached or waited >= wait:
                    raise self._meter.end(
                        TargetError(f"{self.target.origin} cannot be reached")
                    ) from error
                self._sleep(_RETRY_SECONDS)
            except BrokenAnswerError:
                self._meter.count_answer(None, seconds=0.0)
                raise

    def _transfer(
        self, request: Request, started: float, *, base_path: str | None = None
    ) -> Response:
        assert self._transport is not None, "use the client as a context manager"
        path = (self.target.base_path if base_path is None else base_path) + request.path
        body = self._identities.body(request) if request.path == SIGN_IN else request.body
        query = self._identities.query(request)
        left = max(self._meter.left_seconds, _LEAST_SECONDS)
        with (
            self._waiting(),
            self._transport.exchange(
                request.method,
                f"{path}?{query}" if query else path,
                headers=self._identities.all_headers(request, self._options.user_agent),
                body=body,
                seconds=min(self.target.limits.answer_seconds, left),
            ) as answer,
        ):
            self._was_reached = True
            body = read_body(
                answer,
                request,
                meter=self._meter,
                limits=self.target.limits,
                lasted=lambda: self._clock() - started,
            )
        return Response(
            status=answer.status,
            reason=answer.reason,
            headers=answer.headers,
            body=body,
            elapsed_seconds=self._clock() - started,
            request=request,
            is_secure=self.target.scheme == "https",
            tells_password=self._identities.is_told(request.auth, body, answer.headers),
            tells_session=self._identities.is_session_told(
                request, body, [v for n, v in answer.headers if n.lower() == "set-cookie"]
            ),
            typed_name=self._identities.name(request.auth),
        )

    def _log(
        self, request: Request, response: Response | None, seconds: float, *, error: str = ""
    ) -> None:
        if self._audit is None:
            return
        try:
            self._audit.write(request, response, seconds, error=error)
        except OSError as failure:
            # What is not in the log may not be asked.
            raise self._meter.end(
                StoppedError(f"the audit log cannot be written: {failure.strerror}", guard="audit")
            ) from failure
