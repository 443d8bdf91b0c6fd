// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.force.ForceVisibility;

/** A session lives as long as its host's ledger, not as long as its host's process. */
class LedgerTest {
    private static final UUID HOST = Campaigns.named("Host").id();
    private static final UUID ANNA = Campaigns.named("Anna").id();

    private final Path dataFolder = Campaigns.newDataFolder();
    private final Path annasFolder = Campaigns.newDataFolder();
    private final Path ledger = dataFolder.resolve("ledgers").resolve(HOST + ".ledger");

    private HostSession.Builder host() {
        return Campaigns.host("Host").dataFolder(dataFolder);
    }

    private UUID sessionOf(HostSession host) {
        UUID[] session = new UUID[1];
        Recorder recorder = new Recorder() {
            @Override
            public void onConnected(ConnectedHost connected) {
                session[0] = connected.sessionId().orElseThrow();
                super.onConnected(connected);
            }
        };
        try (RemoteSession anna = Await.result(recorder.on(Campaigns.remote("Anna", host.port()))
                .dataFolder(annasFolder).connect())) {
            recorder.await("connected " + host.roster().own().name() + " " + Campaigns.VERSION);
            assertThat(anna.isConnected()).isTrue();
            return session[0];
        }
    }

    private void assertRefused(HostSession.Builder builder, ErrorCode code, String... parts) {
        assertThatThrownBy(builder::start).isInstanceOfSatisfying(DistributedMekHQException.class,
                e -> assertThat(e.code()).isEqualTo(code)).hasMessageContainingAll(parts);
    }

    @Test
    void aHostThatStartsAgainGoesOnWithItsSession() {
        UUID session;
        int port;
        try (HostSession host = host().forceVisibility(ForceVisibility.EVERYONE).start()) {
            port = host.port();
            session = sessionOf(host);
            host.teams().assign(ANNA, 4);
            Await.until("another team", () -> host.teams().teamOf(ANNA) == 4);
        }
        try (HostSession again = host().port(port).start()) {
            assertThat(again.roster().campaigns()).singleElement().satisfies(anna -> {
                assertThat(anna.name()).isEqualTo("Anna");
                assertThat(anna.active()).isFalse();
                assertThat(anna.team()).isEqualTo(4);
            });
            assertThat(sessionOf(again)).isEqualTo(session);
        }
    }

    @Test
    void eachHostCampaignHasASessionOfItsOwn() {
        try (HostSession host = host().start();
             HostSession other = Campaigns.host("Other").dataFolder(dataFolder).start()) {
            assertThat(sessionOf(host)).isNotEqualTo(sessionOf(other));
        }
    }

    @Test
    void aCampaignIsHostedOnceAtATime() {
        try (HostSession host = host().start()) {
            assertRefused(host(), ErrorCode.LEDGER_IN_USE, "hosted by another program");
            assertThat(host.ledger().readOnlyReason()).isEmpty();
        }
        host().start().close();
    }

    @Test
    void aBackupTakesTheLedgersPlace(@TempDir Path folder) throws IOException {
        Path backup = folder.resolve("Sicherung 💾.ledger");
        UUID session;
        int port;
        try (HostSession host = host().start()) {
            port = host.port();
            session = sessionOf(host);
            Await.result(host.ledger().backup(backup));
            assertThat(Await.failure(host.ledger().backup(backup)).code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
        }
        Files.delete(ledger);
        Files.copy(backup, ledger);
        try (HostSession again = host().port(port).start()) {
            assertThat(sessionOf(again)).isEqualTo(session);
        }
    }

    @Test
    void aBackupOfAClosedSessionIsRefused(@TempDir Path folder) {
        HostSession host = host().start();
        host.close();
        assertThat(Await.failure(host.ledger().backup(folder.resolve("late"))).code())
                .isEqualTo(ErrorCode.SESSION_CLOSED);
    }

    @Test
    void aDamagedLedgerIsSetAsideAndNothingIsBegunUntilThePlayerWantsIt() throws IOException {
        UUID session;
        try (HostSession host = host().start()) {
            session = sessionOf(host);
        }
        try (var file = Files.newByteChannel(ledger, StandardOpenOption.WRITE)) {
            file.truncate(Files.size(ledger) / 2);
        }
        assertRefused(host(), ErrorCode.LEDGER_DAMAGED, ".ledger.damaged");
        assertRefused(host(), ErrorCode.LEDGER_DAMAGED, ".ledger.damaged", "begin a new session");
        assertThat(ledger.resolveSibling(HOST + ".ledger.damaged")).exists();
        try (HostSession anew = host().beginAnew(true).start()) {
            assertThat(sessionOf(anew)).isNotEqualTo(session);
        }
        host().start().close();
    }

    @Test
    void aDataFolderThatCannotBeIsSaidSo() throws IOException {
        Path file = Files.createFile(dataFolder.resolve("in the way"));
        assertRefused(host().dataFolder(file), ErrorCode.LEDGER_UNAVAILABLE, "cannot be opened");
    }
}
