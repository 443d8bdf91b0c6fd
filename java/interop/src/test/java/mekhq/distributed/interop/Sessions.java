// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.HostSession;
import mekhq.distributed.HostTrust;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.force.ForceVisibility;

/** Starts sessions of ours on loopback, as the tests need them. */
final class Sessions {
    private static final long WATCHDOG_SECONDS = 20;
    /** The longest that a player may ask for: a close waits no longer than it has to. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private Sessions() {}

    /**
     * A builder of a host on a free loopback port that serves legacy peers and tells an observer everything. Everyone
     * sees everyone's TOE, as campaigns that nobody assigned are no teammates.
     */
    static HostSession.Builder host(Observer observer) {
        return HostSession.builder()
                .campaign(Campaigns.HOST)
                .mekhqVersion(Campaigns.VERSION)
                .dataFolder(newDataFolder())
                .allowLegacyPeers(true)
                .plaintext()
                .forceVisibility(ForceVisibility.EVERYONE)
                .bindAddress("127.0.0.1")
                .port(0)
                .closeTimeout(CLOSE_TIMEOUT)
                .sessionListener(observer)
                .rosterListener(observer)
                .timelineListener(observer)
                .forceListener(observer);
    }

    /** A builder of a remote that accepts legacy hosts and tells an observer everything. */
    static RemoteSession.Builder remote(CampaignDetails campaign, int port, Observer observer) {
        return RemoteSession.builder()
                .campaign(campaign)
                .mekhqVersion(Campaigns.VERSION)
                .dataFolder(newDataFolder())
                .allowLegacyPeers(true)
                .trust(HostTrust.plaintext())
                .host("127.0.0.1")
                .port(port)
                .closeTimeout(CLOSE_TIMEOUT)
                .sessionListener(observer)
                .rosterListener(observer)
                .timelineListener(observer)
                .forceListener(observer);
    }

    /** Connects, or fails the test. */
    static RemoteSession connect(RemoteSession.Builder builder) {
        return result(builder.connect());
    }

    /** The failure that a connection attempt ends with. */
    static DistributedMekHQException failure(CompletableFuture<RemoteSession> attempt) {
        try {
            attempt.get(WATCHDOG_SECONDS, TimeUnit.SECONDS).close();
            throw new AssertionError("connected");
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof DistributedMekHQException exception) {
                return exception;
            }
            throw new AssertionError("an undocumented exception", failure);
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError("no outcome", failure);
        }
    }

    private static RemoteSession result(CompletableFuture<RemoteSession> attempt) {
        try {
            return attempt.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("not connected", failure);
        }
    }

    private static Path newDataFolder() {
        try {
            Path base = Files.createDirectories(Path.of(System.getProperty("distributed.mekhq.data")));
            return Files.createTempDirectory(base, "user-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
