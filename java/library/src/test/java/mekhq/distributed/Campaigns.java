// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;
import mekhq.distributed.timeline.MayAdvance;

/** Campaigns to play with. */
final class Campaigns {
    static final String VERSION = "0.50.06";
    /** What players have who ask for nothing else, for tests of how long a close takes. */
    static final Duration USUAL_CLOSE_TIMEOUT = Duration.ofMillis(800);
    static final LocalDate START = LocalDate.of(3025, 1, 31);
    /** The longest that a player may ask for: a close waits no longer than it has to. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    /** The remote campaigns of a JVM are all at home on one computer: what comes back shows the key it showed first. */
    private static final Path PLAYERS_COMPUTER = newDataFolder();

    private Campaigns() {
    }

    /** The same name has the same id. The fox marks what no log may show. */
    static CampaignDetails named(String name) {
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return CampaignDetails.of(id, name, START, "Outreach 🦊", false);
    }

    static HostSession.Builder host(String name) {
        return HostSession.builder().campaign(named(name)).mekhqVersion(VERSION).dataFolder(newDataFolder())
                .bindAddress("127.0.0.1").port(0).certificate(certificate(), certificate())
                .closeTimeout(CLOSE_TIMEOUT);
    }

    static RemoteSession.Builder remote(String name, int port) {
        return RemoteSession.builder().campaign(named(name)).mekhqVersion(VERSION).dataFolder(PLAYERS_COMPUTER)
                .host("127.0.0.1").port(port).trust(trust()).closeTimeout(CLOSE_TIMEOUT);
    }

    /** The one certificate that all hosts of all tests show, with its key: a port may see several of them. */
    static Path certificate() {
        return TheCertificate.FILE;
    }

    /** By it. */
    static HostTrust trust() {
        return HostTrust.fingerprint(TheCertificate.FINGERPRINT);
    }

    private static final class TheCertificate {
        private static final Path FILE;
        private static final Fingerprint FINGERPRINT;

        static {
            Path folder = DataFolder.ofThisUser().resolve("certificate-of-all-tests");
            HostSession.Builder builder = HostSession.builder().campaign(named(UUID.randomUUID().toString()))
                    .mekhqVersion(VERSION).dataFolder(folder).bindAddress("127.0.0.1").port(0);
            try (HostSession host = builder.start()) {
                FINGERPRINT = host.fingerprint().orElseThrow();
            }
            FILE = folder.resolve("certificate").resolve("host.pem");
        }
    }

    /** What a save with this memento may do without a session. */
    static MayAdvance mayAdvance(String memento, LocalDate from) {
        try (CampaignMemento loaded = CampaignMemento.load(Events.CAMPAIGN, START, memento)) {
            return loaded.mayAdvance(from);
        }
    }

    /** As on a computer on which nobody has played yet. */
    static Path newDataFolder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(DataFolder.ofThisUser()), "user-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Force force(int companies) {
        List<Force> subForces = IntStream.rangeClosed(1, companies)
                .mapToObj(number -> new Force(number, "Company " + number, List.of(), List.of(
                        new ForceUnit(UUID.nameUUIDFromBytes(new byte[] {(byte) number}).toString(), "Firefly FFL-4DA",
                                number % 2 == 0 ? "" : "Jörg Ærøskøbing 🎖"))))
                .toList();
        return new Force(0, "Wächter", subForces, List.of());
    }
}
