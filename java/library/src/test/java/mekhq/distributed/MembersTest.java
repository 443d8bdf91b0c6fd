// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import mekhq.distributed.roster.Member;

class MembersTest {
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final String REASON = "burned the mess hall <b>down</b> 🦊";
    private static final String PLAIN = PlainText.of(REASON);

    private final Recorder hostHears = new Recorder();
    private final Recorder annaHears = new Recorder();

    private HostSession host() {
        return hostHears.on(Campaigns.host("Host")).start();
    }

    private RemoteSession join(HostSession host) {
        return annaHears.on(Campaigns.remote("Anna", host.port())).connect().join();
    }

    private DistributedMekHQException refusal(HostSession host) {
        CompletionException refused = catchThrowableOfType(CompletionException.class, () -> join(host).close());
        return (DistributedMekHQException) refused.getCause();
    }

    private static Member anna(HostSession host) {
        return host.members().find(ANNA).orElseThrow();
    }

    @Test
    void aKickedCampaignHearsSoAndMayJoinAgain() {
        try (HostSession host = host(); RemoteSession anna = join(host)) {
            host.members().kick(ANNA, REASON);
            annaHears.await("disconnected KICKED");
            hostHears.await("membership " + ANNA + " KICKED " + PLAIN);
            hostHears.await("left Anna KICKED");
            assertThat(anna.isConnected()).isFalse();
            join(host).close();
        }
    }

    @Test
    void aBannedCampaignReadsWhyAtEachAttemptUntilItIsUnbanned() {
        try (HostSession host = host(); RemoteSession anna = join(host)) {
            host.members().ban(ANNA, REASON);
            annaHears.await("disconnected BANNED");
            assertThat(anna(host).banReason()).contains(PLAIN);
            DistributedMekHQException refusal = refusal(host);
            assertThat(refusal.code()).isEqualTo(ErrorCode.BANNED);
            assertThat(refusal).hasMessageContaining("mess hall");
            host.members().unban(ANNA, "sorry");
            hostHears.await("membership " + ANNA + " UNBANNED sorry");
            join(host).close();
            assertThat(anna(host).isBanned()).isFalse();
        }
    }

    @Test
    void aRetiredCampaignIsOffTheRosterUntilItIsReadmitted() {
        try (HostSession host = host(); RemoteSession anna = join(host)) {
            host.members().retire(ANNA, REASON);
            annaHears.await("disconnected RETIRED");
            hostHears.await("membership " + ANNA + " RETIRED " + PLAIN);
            assertThat(host.roster().find(ANNA)).isEmpty();
            assertThat(anna(host).retirementReason()).contains(PLAIN);
            assertThat(anna(host).campaign().name()).isEqualTo("Anna");
            assertThat(refusal(host).code()).isEqualTo(ErrorCode.RETIRED);
            host.members().readmit(ANNA, "welcome back");
            hostHears.await("membership " + ANNA + " READMITTED welcome back");
            assertThat(host.roster().find(ANNA)).isPresent();
            join(host).close();
        }
    }

    @Test
    void aPlayerWhoLostTheKeyJoinsAfterAReset() {
        try (HostSession host = host(); RemoteSession anna = join(host)) {
            assertThat(anna(host).hasKey()).isTrue();
            host.members().resetKey(ANNA, "new computer");
            annaHears.await("disconnected KICKED");
            hostHears.await("membership " + ANNA + " KEY_RESET new computer");
            assertThat(anna(host).hasKey()).isFalse();
            Campaigns.remote("Anna", host.port()).dataFolder(Campaigns.newDataFolder()).connect().join().close();
            assertThat(refusal(host).code()).isEqualTo(ErrorCode.IDENTITY_MISMATCH);
        }
    }

    @Test
    void whatWasDecidedOutlivesTheHostsSession() {
        Path folder = Campaigns.newDataFolder();
        try (HostSession host = hostHears.on(Campaigns.host("Host")).dataFolder(folder).start()) {
            join(host).close();
            host.members().ban(ANNA, REASON);
            hostHears.await("membership " + ANNA + " BANNED " + PLAIN);
        }
        try (HostSession host = Campaigns.host("Host").dataFolder(folder).start()) {
            assertThat(anna(host).banReason()).contains(PLAIN);
            // The host listens on another port now, which in plaintext makes it another one to the player's computer.
            assertThat(refusal(host).code()).isIn(ErrorCode.BANNED, ErrorCode.IDENTITY_MISMATCH);
        }
    }

    @Test
    void decisionsThatMakeNoSenseAreRefusedAtOnce() {
        try (HostSession host = host(); RemoteSession anna = join(host)) {
            List<Runnable> calls = List.of(
                    () -> host.members().ban(host.campaignId(), REASON),
                    () -> host.members().kick(new UUID(0, 99), REASON),
                    () -> host.members().unban(ANNA, REASON),
                    () -> host.members().readmit(ANNA, REASON),
                    () -> host.members().kick(ANNA, " "),
                    () -> host.members().kick(ANNA, "x".repeat(1_025)),
                    () -> host.members().kick(ANNA, "two\nlines"));
            for (Runnable call : calls) {
                assertThat(catchThrowableOfType(DistributedMekHQException.class, call::run).code())
                        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
            }
            assertThat(anna.isConnected()).isTrue();
        }
    }
}
