// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import mekhq.distributed.RemoteSession;
import mekhq.distributed.timeline.TimelineListener;

/** Dates from one remote to the host's own listener: each is an event handed from the native library to Java. */
final class EventDeliveryBenchmark {
    private EventDeliveryBenchmark() {}

    static void run(Effort effort, Figures figures) {
        DateStream stream = new DateStream();
        try (Playground playground = new Playground(stream)) {
            RemoteSession sender = playground.connect(new TimelineListener() {});
            stream.sendFor(sender.timeline(), effort.warmUp());
            DateStream.Throughput throughput = stream.sendFor(sender.timeline(), effort.pipelined());
            figures.put("event_delivery_events_per_s", throughput.heardPerSecond());
            figures.put("event_delivery_ns", throughput.nanosPerHeard());
        }
    }
}
