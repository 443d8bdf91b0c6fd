// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import mekhq.distributed.RemoteSession;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;

/** A date from one remote through the host to the listener of another remote, all on loopback. */
final class RelayBenchmark {
    private RelayBenchmark() {}

    static void run(Effort effort, Figures figures) {
        DateStream stream = new DateStream();
        try (Playground playground = new Playground(new TimelineListener() {})) {
            playground.connect(stream);
            RemoteSession sender = playground.connect(new TimelineListener() {});
            measureLatency(effort, figures, stream, sender.timeline());
            measureThroughput(effort, figures, stream, sender.timeline());
        }
    }

    private static void measureLatency(Effort effort, Figures figures, DateStream stream, Timeline sender) {
        for (int message = 0; message < effort.latencyWarmUps(); message++) {
            stream.sendOne(sender);
        }
        long[] nanos = new long[effort.latencySamples()];
        for (int message = 0; message < nanos.length; message++) {
            nanos[message] = stream.sendOne(sender);
        }
        Samples samples = new Samples(nanos);
        figures.put("relay_latency_median_us", samples.quantileMicros(0.5));
        figures.put("relay_latency_p99_us", samples.quantileMicros(0.99));
    }

    private static void measureThroughput(Effort effort, Figures figures, DateStream stream, Timeline sender) {
        stream.sendFor(sender, effort.warmUp());
        DateStream.Throughput throughput = stream.sendFor(sender, effort.pipelined());
        figures.put("relay_throughput_messages_per_s", throughput.heardPerSecond());
        figures.put("relay_coalesced_messages", throughput.sent() - throughput.heard());
    }
}
