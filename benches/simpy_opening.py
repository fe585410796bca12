"""The opening scenario, request by request, in SimPy: a yardstick for the engine's time and for its failed requests.

Revision 42 fails 5 % of its requests. A canary gives it a tenth of 240 requests a second; an alarm over 2 % in two
minutes of its target group sends it back. Written from the same documents as the engine, in the usual style of SimPy:
a process for each task, for each request, for the rule, the alarm and the controller.

    python simpy_opening.py RUNS     prints JSON: sent, failed and seconds of each run, and SimPy's version
"""

import json
import random
import sys
import time

import simpy

RATE = 240.0  # requests a second
DESIRED = 6
CONCURRENT = 3  # a task answers 60 requests a second, each in 50 ms
LATENCY = 0.05
ERROR = {"41": 0.0, "42": 0.05}
PROVISION, PULL, START, REGISTER, FIRST_CHECK = 30, 15, 10, 5, 2
SMOKE_TEST = 0.071
PROPAGATION = 5.0
CANARY = 0.1
PERIOD, PERIODS, THRESHOLD = 60, 2, 0.02
DEREGISTER, DEREGISTRATION_DELAY, EXIT, DEPROVISION = 2, 300, 2, 10
AFTERMATH = 300


class Rule:
    """The production rule: a changed weight reaches users evenly over the propagation."""

    def __init__(self, env):
        self.env, self.before, self.weight, self.made = env, 0.0, 0.0, -PROPAGATION

    def set(self, weight):
        self.before, self.weight, self.made = self.share(), weight, self.env.now

    def share(self):
        done = min(1.0, (self.env.now - self.made) / PROPAGATION)
        return self.before + (self.weight - self.before) * done


class Opening:
    """One run."""

    def __init__(self, seed):
        self.env, self.luck = simpy.Environment(), random.Random(seed)
        self.rule = Rule(self.env)
        self.fleets = {"41": [self.task() for _ in range(DESIRED)], "42": []}
        self.sent = self.failed = 0
        self.ended = {"41": [0, 0], "42": [0, 0]}  # in this period: all, failed
        self.alarm = self.env.event()
        self.env.process(self.users())
        self.env.process(self.watch())
        self.env.run(until=self.env.process(self.deploy()))

    def task(self):
        return simpy.Resource(self.env, capacity=CONCURRENT)

    def users(self):
        while True:
            yield self.env.timeout(self.luck.expovariate(RATE))
            self.sent += 1
            self.env.process(self.request())

    def request(self):
        revision = "42" if self.luck.random() < self.rule.share() else "41"
        task = self.luck.choice(self.fleets[revision])
        with task.request() as turn:
            yield turn
            yield self.env.timeout(LATENCY)
        bad = self.luck.random() < ERROR[revision]
        self.failed += bad
        self.ended[revision][0] += 1
        self.ended[revision][1] += bad

    def watch(self):
        in_a_row = 0
        while True:
            yield self.env.timeout(PERIOD)
            total, failed = self.ended["42"]
            self.ended["42"] = [0, 0]
            in_a_row = in_a_row + 1 if total and failed / total > THRESHOLD else 0
            if in_a_row == PERIODS and not self.alarm.triggered:
                self.alarm.succeed()

    def launch(self):
        yield self.env.timeout(PROVISION + PULL + START + REGISTER + FIRST_CHECK)
        self.fleets["42"].append(self.task())

    def stop(self):
        yield self.env.timeout(DEREGISTER + DEREGISTRATION_DELAY + EXIT + DEPROVISION)

    def deploy(self):
        yield self.env.all_of([self.env.process(self.launch()) for _ in range(DESIRED)])
        yield self.env.timeout(SMOKE_TEST)
        self.rule.set(CANARY)
        yield self.alarm
        self.rule.set(0.0)
        yield self.env.timeout(PROPAGATION)
        yield self.env.all_of([self.env.process(self.stop()) for _ in range(DESIRED)])
        yield self.env.timeout(AFTERMATH)


def main():
    told = {"simpy": simpy.__version__, "sent": [], "failed": [], "seconds": []}
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        start = time.perf_counter()
        run = Opening(seed)
        told["seconds"].append(time.perf_counter() - start)
        told["sent"].append(run.sent)
        told["failed"].append(run.failed)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
