"""One worker of the process tier as its host sees it: whichever process it is at the time.

It starts the process when there is work, keeps its versions current, answers what its scripts ask,
and when the process is lost accounts for every delivery and has another one run what waited.
"""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import msgspec

from runtime.executors import protocol
from runtime.executors.answers import Answers
from runtime.executors.judging import STOP_GRACE, UNBEGUN_GRACE, Judge, begun
from runtime.executors.known import Known
from runtime.executors.losing import Blame, recover
from runtime.executors.metering import LOADED, TOO_MANY, Meter, crowded
from runtime.executors.places import script_place
from runtime.executors.remote_lane import RemoteLane
from runtime.executors.sources import Shipped, settings_of
from runtime.limits import deadline_for, deadline_of, memory_for
from runtime.message import Delivery, Status
from runtime.underway import Glance, Looked
from runtime.waiting import Waiting
from sandbox.isolation.diagnosis import Place
from sandbox.isolation.errors import FrameError, IsolationError
from sandbox.isolation.limits import WorkerLimits
from sandbox.isolation.progress import SlotState
from sandbox.isolation.worker import Worker, WorkerExit

if TYPE_CHECKING:
    from runtime.contracts import Receiver
    from runtime.executors.fleet import Fleet

SLOTS: Final = 1024

CROWDED: Final = SLOTS // 2
"""Lanes of a worker from which on nothing gets another of its own, and no session joins."""

_BARREN: Final = 3
_REASON: Final = 1_000


class _Life:
    """One process of a link."""

    def __init__(self) -> None:
        self.worker: Worker | None = None
        self.end: WorkerExit | None = None
        self.shipped = Shipped()
        self.meter: Meter | None = None
        self.fruitful = False
        self.ended = 0
        self.worn_out = False
        self.broken = False


class Link:
    """See the module.

    Args:
        fleet: the workers of the host.
        project, letter: whose handlers run in it.
        own: the one handler that it is for, empty for all that have no worker of their own.
    """

    def __init__(self, fleet: Fleet, project: str, letter: str, own: str = "") -> None:
        self.own = own
        self.fleet = fleet
        self.host = fleet.host
        self.project = project
        self.letter = letter
        self.lanes: dict[int, RemoteLane] = {}
        self.known = Known()
        self.receivers: dict[str, Receiver] = {}
        self.waiting = Waiting(int(self.host.config.queue_memory) << 20)
        self.worker: Worker | None = None
        self._life = _Life()
        self._lock = threading.RLock()
        self._starting = False
        self._barren = 0
        self._judge = Judge()
        self._late: dict[int, int] = {}
        self._answers = Answers(self, of_worker=True)
        self._blame: Blame | None = None
        self._recycle: int | None = self.host.config.recycle
        self._looked = Looked()
        self._ran = monotonic()

    def __repr__(self) -> str:
        return f"<Link {self.project} {self.letter}, {len(self.receivers)} receivers>"

    def join(self, receiver: Receiver) -> None:
        """Have a receiver's handlers run here."""
        with self._lock:
            self.receivers[receiver.session_id] = receiver

    def leave(self, receiver: Receiver) -> None:
        """The receiver takes nothing more; the last one ends the process once it is at rest."""
        with self._lock:
            self.receivers.pop(receiver.session_id, None)
            self._life.shipped.leave(receiver.session_id)
            for lane in self.lanes.values():
                # The process ends the threads of all of these.
                lane.left = lane.left or lane.receiver == receiver.session_id
        if self.worker is not None:
            self.send(protocol.Leave(receiver.session_id))

    def open_lane(self, name: str, receiver: Receiver, **options: Any) -> RemoteLane:
        """A new lane on a slot of its own."""
        with self._lock:
            session = receiver.session_id
            before = next((lane for lane in self.lanes.values() if lane.free_for(session)), None)
            slot = before.slot if before is not None else self._free_slot()
            lane = RemoteLane(name, self, slot, session, **options)
            if before is not None:
                lane.go_on_from(before)
            self.lanes[slot] = lane
        return lane

    def _free_slot(self) -> int:
        slot = next(slot for slot in range(SLOTS + 1) if slot not in self.lanes)
        if slot >= SLOTS:
            raise RuntimeError(f"a worker has {SLOTS} lanes at most")
        return slot

    @property
    def idle(self) -> bool:
        """No receiver is left and nothing runs."""
        return not self.receivers and all(lane.at_rest for lane in list(self.lanes.values()))

    @property
    def crowded(self) -> bool:
        """What is left of its lanes is for those that every receiver has."""
        return len(self.lanes) >= CROWDED

    def crowded_for(self, session: str) -> bool:
        """Whether a receiver that has joined gets no more lanes of its own."""
        if not self.crowded:
            return False
        with self._lock:
            return not any(lane.free_for(session) for lane in self.lanes.values())

    @property
    def ready(self) -> bool:
        """Whether there is a process that takes more work."""
        return self.worker is not None and not self._life.worn_out

    @property
    def process(self) -> int:
        """The id of the process there is, 0 for none."""
        worker = self.worker
        return worker.process if worker is not None else 0

    def wake(self, lane: RemoteLane) -> None:
        """A lane has work."""
        meter = self._life.meter
        if meter is not None and meter.resting:
            meter.wake(monotonic())
        if self.worker is not None:
            lane.ship()
        else:
            self._begin()
        self.fleet.watch()

    def send(self, *messages: protocol.ToWorker, flush: bool = True) -> None:
        """Send to the process there is, if any."""
        worker = self.worker
        if worker is not None:
            worker.send(*messages, flush=flush)

    def prepare(self, receiver: str) -> str:
        """Send what the receiver's next work needs, if the worker does not have it.

        Returns: why it cannot be sent; empty when it was.
        """
        with self._lock:
            found = self.receivers.get(receiver)
            if found is None or self.worker is None:
                return ""
            shipped = self._life.shipped
            messages = [
                *shipped.provided(self.host.system.names()),
                *shipped.levels(self.host.logbook, self.project),
                *shipped.update(receiver, found.libraries()),
            ]
            if messages:
                if self._life.meter is not None:
                    self._life.meter.grant(LOADED)
                try:
                    self.worker.send(*messages, flush=False)
                except FrameError as error:
                    self._life.shipped = Shipped()
                    return f"its worker cannot be given what it needs: {error}"
            return ""

    def follow(self, receiver: str) -> None:
        """There is a new version; what the process has not started shall run it."""
        self.prepare(receiver)
        worker = self.worker
        if worker is not None:
            worker.flush()

    # Starting

    def _begin(self) -> None:
        with self._lock:
            if self._starting or self.worker is not None:
                return
            self._starting = True
        # A look in between, while there was no process, found nothing to come again for.
        self.fleet.watch()
        self.fleet.run(self._start)

    def _start(self) -> None:
        life = _Life()
        host = self.host
        generation = host.generation_of(self.project)
        kind = {"G": "Gateway", "S": "Perspective"}.get(self.letter, "Client")
        settings = settings_of(host, self.project, self.letter, kind)
        try:
            life.worker = self.fleet.zygote().spawn(
                "runtime.executors.inside:main",
                msgspec.msgpack.encode(settings),
                messages=protocol.ToHost,
                on_messages=lambda batch: self._take(life, batch),
                on_exit=lambda end: self._lost(life, end),
                limits=WorkerLimits(memory_bytes=memory_for(host, self.project, generation)),
                slots=SLOTS,
                name=f"{self.project} {self.letter}",
            )
        except IsolationError as error:
            self._starting = False
            self._give_up("undelivered", f"its worker could not be started: {error}")
            return
        with self._lock:
            self._starting = False
            stillborn = life.end is not None
            if stillborn:
                self._barren += 1
            else:
                self._life = life
                self.worker = life.worker
                life.meter = Meter(life.worker.process, monotonic())
        if stillborn:
            self._again()
        else:
            self._ship_all()
            self.fleet.watch()

    def _ship_all(self) -> None:
        for lane in list(self.lanes.values()):
            lane.ship()

    def _give_up(self, status: Status, reason: str) -> None:
        self.host.logbook.write(
            "ERROR", "Workers", f"project {self.project} ({self.letter}): {reason}"
        )
        for lane in list(self.lanes.values()):
            lane.fail_all(status, reason)

    # What the process says

    def _take(self, life: _Life, batch: list[Any]) -> None:
        if life.broken:
            # What it said after that counts no more.
            return
        reports: dict[int, list[protocol.Done]] = {}
        for message in batch:
            if type(message) is protocol.Done:
                reports.setdefault(message.slot, []).append(message)
                continue
            # What came before it is taken first: what it asks may depend on that.
            if reports:
                if not self._take_reports(life, reports):
                    return
                reports = {}
            if type(message) is protocol.Recalled:
                lane = self.lanes.get(message.slot)
                if lane is None or not lane.take_back(message.last):
                    self._breach(life, "a recall that was not due")
                    return
            elif type(message) is protocol.Seen:
                if not self._looked.take(message):
                    self._breach(life, "an answer to what nobody asked")
                    return
            elif not self._answers.take(message):
                self._breach(life, "more than it may ask")
                return
        self._take_reports(life, reports)

    def _take_reports(self, life: _Life, reports: dict[int, list[protocol.Done]]) -> bool:
        for slot, dones in reports.items():
            lane = self.lanes.get(slot)
            taken = lane.take(dones) if lane is not None else -1
            if lane is None or taken < 0:
                self._breach(life, f"a report that was not due: slot {slot}")
                return False
            life.fruitful = True
            life.ended += taken
            if self._recycle is not None and life.ended >= self._recycle:
                life.worn_out = True
            lane.ship()
        if life.worn_out:
            self._replace(life)
        return True

    def _replace(self, life: _Life) -> None:
        """End a process that has done its share, once it has nothing any more."""
        if any(lane.flight() for lane in list(self.lanes.values())) or self._answers.pending:
            return
        if life.worker is not None:
            life.worker.kill(f"replaced after {life.ended} deliveries")

    def _breach(self, life: _Life, what: str) -> None:
        life.broken = True
        if life.worker is not None:
            life.worker.kill(f"it broke the protocol: {what}")

    # Losing it

    def _lost(self, life: _Life, end: WorkerExit) -> None:
        with self._lock:
            life.end = end
            if self._life is not life:
                return
            self.worker = None
            blame, self._blame = self._blame, None
            self._judge.forget()
        self._answers.lost()
        busy = recover(self.lanes, end, blame)
        with self._lock:
            # Another process knows nothing of the lanes that are closed.
            self.lanes = {slot: lane for slot, lane in self.lanes.items() if not lane.gone}
        # What ran has ended, though no report says so: less is left.
        self._barren = 0 if life.fruitful or busy else self._barren + 1
        if busy or (self.receivers and not life.worn_out):
            self.host.logbook.write(
                "ERROR" if busy else "WARN",
                "Workers",
                f"the worker of project {self.project} ({self.letter}) {end.summary}",
                end.text[:10_000].rstrip(),
            )
        self._again()

    def _again(self) -> None:
        """Have another process run what waits, unless none ever comes to anything."""
        if not any(len(lane) for lane in list(self.lanes.values())):
            return
        if self._barren < _BARREN:
            self._begin()
            return
        self._barren = 0
        self._give_up("undelivered", f"its worker was lost {_BARREN} times before it did anything")

    # Looking after it

    def stop(self, lane: RemoteLane, delivery: Delivery, reason: str) -> bool:
        """Stop what a lane runs; its worker is ended if that does not help in time."""
        head = lane.head
        if head is None or head[1] is not delivery or self.worker is None:
            return False
        reason = reason[:_REASON]
        self._judge.stop(lane.slot, head[0], reason)
        self.send(protocol.StopRun(lane.slot, head[0], reason))
        self.fleet.watch()
        return True

    def end(self, reason: str) -> None:
        """End the process there is; what waits runs in another one."""
        worker = self.worker
        if worker is not None:
            worker.kill(reason)

    def look(self, glance: Glance) -> None:
        """Ask the process there is for the scripts that run beside its lanes."""
        if self.worker is not None:
            self.send(protocol.Look(self._looked.ask(glance.expect(self))))

    def tick(self) -> bool:
        """Send new versions, end what is overdue; gives whether to come again soon."""
        worker = self.worker
        busy = [lane for lane in list(self.lanes.values()) if lane.running]
        if worker is None:
            return bool(self._starting)
        if self._blame is not None:
            # It was ended, and its end is not here yet: there is nothing left to find out.
            return True
        for receiver in {lane.receiver for lane in busy}:
            self.prepare(receiver)
        worker.flush()
        if self._life.worn_out:
            self._replace(self._life)
        try:
            states = [(lane, worker.progress.state(lane.slot)) for lane in busy]
        except ValueError:
            # The worker ended meanwhile.
            return True
        now = monotonic()
        if self._overspent(worker, bool(busy), now):
            return True
        # What cannot run does not keep another lane waiting.
        running = {lane for lane, state in states if begun(state, lane.books()) is not None}
        for lane, state in states:
            if state.finished > lane.books()[0] and self._late.get(lane.slot) == state.finished:
                lane.settle_ended(state)
                lane.ship()
            self._late[lane.slot] = state.finished
            overdue = self._overdue(state, lane, bool(running - {lane}), now)
            if overdue:
                self._end_for(worker, lane, overdue)
                break
        if not busy and self.idle:
            worker.kill("no longer needed")
        return bool(busy) or self._life.worn_out

    def rest(self) -> None:
        """Look at a process while nothing is to be done."""
        worker = self.worker
        if worker is not None:
            busy = any(lane.running for lane in list(self.lanes.values()))
            self._overspent(worker, busy, monotonic())

    def _overspent(self, worker: Worker, busy: bool, now: float) -> bool:
        """End a process that goes on though nothing of it runs, or takes too many threads."""
        meter = self._life.meter
        if meter is None:
            return False
        if crowded(worker.process, SLOTS):
            worker.kill(TOO_MANY)
            return True
        if busy:
            self._ran = now
        resting = not busy
        if resting and self._answers.pending:
            # Threads and callbacks of scripts end at the deadline of what started them.
            limit = deadline_for(self.host, self.project, None)
            resting = limit is not None and now - self._ran > limit + STOP_GRACE
            # A client's may have been put off for long, to be called on its EDT.
            if (
                limit is not None
                and self.letter != "C"
                and min(self._answers.unmoved(now), now - self._ran) > limit + UNBEGUN_GRACE
            ):
                worker.kill("what its scripts started did not end in time")
                return True
        if not meter.overspent(resting, now):
            return False
        worker.kill("it used the processor though nothing of it ran")
        return True

    def _overdue(self, state: SlotState, lane: RemoteLane, others: bool, now: float) -> str:
        books = lane.books()
        if books[0] == books[1]:
            return ""
        told = self._judge.stopped(lane.slot, books[0] + 1, now)
        deadline = self._deadline(lane)
        if told or deadline is None:
            return told
        return self._judge.overdue(lane.slot, state, books, deadline, others, now)

    def _deadline(self, lane: RemoteLane) -> float | None:
        """What holds for the first piece of work that the worker has of a lane."""
        receiver = self.receivers.get(lane.receiver)
        running: Any = lane.running.get(-1 - lane.slot)
        if receiver is None or running is None:
            return deadline_for(self.host, self.project, None)
        return deadline_of(receiver, running)

    def _end_for(self, worker: Worker, lane: RemoteLane, reason: str) -> None:
        # A deadline is kept to the tenth of a second; an operator rather wants to know the line.
        asked = self._judge.stops(lane.slot)
        found = worker.where(0.3 if asked else 0.04, watch=0.01, doomed=not asked)
        slot = lane.slot
        # Whoever holds the interpreter keeps the others from stopping.
        cause = found.cause if found.cause in self.lanes else None
        if cause is not None and cause != slot and found.busy.get(slot, 0.0) == 0.0:
            slot = cause
        where = script_place(found, slot)
        at = f" at {where.file}:{where.line}" if where is not None else ""
        self._blame = (slot, f"{reason}{at}")
        worker.kill(f"{reason}: lane {self.lanes[slot].name}{at}")

    def places(self) -> dict[int, Place]:
        """Slot -> the script line that it is on now."""
        worker = self.worker
        if worker is None:
            return {}
        found = worker.where(timeout=0.25, watch=0.0)
        places = {slot: script_place(found, slot) for slot in found.stacks}
        return {slot: place for slot, place in places.items() if place is not None}
