// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.HostSession;
import mekhq.distributed.HostTrust;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.timeline.TimelineListener;

/** A host and remotes on loopback, in this process. Closing it closes them, remotes first. */
final class Playground implements AutoCloseable {
    private static final String VERSION = "0.50.06";
    private static final LocalDate LATEST_DATE = LocalDate.of(9999, 12, 31);
    /** As many as can be set: what is measured is the library, not what it lets pass. */
    private static final int MESSAGES_PER_SECOND = 1_000_000;

    private final Path dataFolder = newDataFolder();
    private final Deque<RemoteSession> remotes = new ArrayDeque<>();
    private final HostSession host;

    /** Starts a host whose listener hears the dates of the remotes, none of whom can get ahead of it. */
    Playground(TimelineListener listener) {
        this(LATEST_DATE, listener);
    }

    /** Starts a host at a date that listens to nobody. */
    Playground(LocalDate hostDate) {
        this(hostDate, new TimelineListener() {});
    }

    private Playground(LocalDate hostDate, TimelineListener listener) {
        host = HostSession.builder()
                .campaign(campaign("Host", hostDate))
                .dataFolder(dataFolder)
                .mekhqVersion(VERSION)
                // As the baselines do.
                .plaintext()
                .bindAddress("127.0.0.1")
                .port(0)
                .messagesPerSecond(MESSAGES_PER_SECOND)
                .timelineListener(listener)
                .start();
    }

    HostSession host() {
        return host;
    }

    /** Connects a remote that stands before the first date of every {@link DateSequence}. */
    RemoteSession connect(TimelineListener listener) {
        RemoteSession remote = RemoteSession.builder()
                .campaign(campaign("Remote " + remotes.size(), DateSequence.dateOf(0)))
                .dataFolder(dataFolder)
                .mekhqVersion(VERSION)
                .trust(HostTrust.plaintext())
                .host("127.0.0.1")
                .port(host.port())
                .timelineListener(listener)
                .connect()
                .join();
        remotes.push(remote);
        return remote;
    }

    @Override
    public void close() {
        remotes.forEach(RemoteSession::close);
        host.close();
    }

    private static Path newDataFolder() {
        try {
            return Files.createTempDirectory("distributed-mekhq-benchmarks-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CampaignDetails campaign(String name, LocalDate date) {
        return CampaignDetails.of(UUID.randomUUID(), name, date, "Galatea", false);
    }
}
