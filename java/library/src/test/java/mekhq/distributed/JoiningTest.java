// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Beginnings that come to nothing, and why. */
class JoiningTest {
    private HostSession host;

    @BeforeEach
    void start() {
        host = Campaigns.host("Host").password("geheim 🗝").campaignsMax(2).start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void aBusyPortIsNamedBeforeStartReturns() {
        DistributedMekHQException failure = failureOf(Campaigns.host("Other").port(host.port()));

        assertThat(failure.code()).isEqualTo(ErrorCode.ADDRESS_IN_USE);
        assertThat(failure).hasMessageContaining("127.0.0.1:" + host.port());
    }

    @Test
    void anAddressThatIsNoneOfThisMachinesIsNamed() {
        DistributedMekHQException failure = failureOf(Campaigns.host("Other").bindAddress("192.0.2.1"));

        assertThat(failure.code()).isEqualTo(ErrorCode.ADDRESS_UNAVAILABLE);
        assertThat(failure).hasMessageContaining("192.0.2.1");
    }

    @Test
    void anAddressThatIsNoneAtAllIsInvalid() {
        assertThat(failureOf(Campaigns.host("Other").bindAddress("no address")).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void aHostThatIsNotThereIsNamed() throws IOException {
        // Bound to the end, so that nobody else is given the port, and never listened on.
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = nobody.getLocalPort();
            DistributedMekHQException failure = Await.failure(Campaigns.remote("Anna", port).connect());

            assertThat(failure.code()).isEqualTo(ErrorCode.HOST_UNREACHABLE);
            assertThat(failure).hasMessageContaining("127.0.0.1").hasMessageContaining(String.valueOf(port));
        }
    }

    @Test
    void aHostThatNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DistributedMekHQException failure = Await.failure(Campaigns.remote("Anna", silent.getLocalPort())
                    .connectTimeout(Duration.ofMillis(300)).connect());
            assertThat(failure.code()).isEqualTo(ErrorCode.TIMED_OUT);
        }
    }

    @Test
    void aWrongPasswordOrNoneIsRefused() {
        assertThat(Await.failure(remote("Anna").password("falsch 🗝").connect()).code())
                .isEqualTo(ErrorCode.BAD_PASSWORD);
        assertThat(Await.failure(remote("Anna").password(null).connect()).code()).isEqualTo(ErrorCode.BAD_PASSWORD);
        assertThat(host.roster().campaigns()).isEmpty();
    }

    @Test
    void theRightPasswordOpens() {
        try (RemoteSession remote = Await.result(remote("Anna").connect())) {
            assertThat(remote.isConnected()).isTrue();
        }
    }

    @Test
    void aMismatchOfVersionsNamesBoth() {
        DistributedMekHQException failure = Await.failure(remote("Anna").mekhqVersion("0.51.0").connect());

        assertThat(failure.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
        assertThat(failure).hasMessageContaining("0.51.0").hasMessageContaining("0.50.06");
    }

    @Test
    void theRemoteCampaignsOwnRuleCountsToo() {
        try (HostSession tolerant = Campaigns.host("Tolerant").versionRule(VersionRule.ANY).start()) {
            DistributedMekHQException failure =
                    Await.failure(Campaigns.remote("Anna", tolerant.port()).mekhqVersion("0.50.07").connect());
            assertThat(failure.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
            assertThat(failure).hasMessageContaining("0.50.07").hasMessageContaining("0.50.06");

            Await.result(Campaigns.remote("Anna", tolerant.port()).mekhqVersion("0.50.07")
                    .versionRule(VersionRule.SAME_MINOR).connect()).close();
        }
    }

    @Test
    void aCampaignThatIsConnectedStaysAndTheSecondIsRefused() {
        try (RemoteSession first = Await.result(remote("Anna").connect())) {
            assertThat(Await.failure(remote("Anna").connect()).code()).isEqualTo(ErrorCode.ALREADY_CONNECTED);
            assertThat(first.isConnected()).isTrue();
        }
    }

    @Test
    void aFullRosterIsToldAsSuch() {
        try (RemoteSession first = Await.result(remote("Anna").connect());
             RemoteSession second = Await.result(remote("Ben").connect())) {
            assertThat(Await.failure(remote("Chris").connect()).code()).isEqualTo(ErrorCode.HOST_FULL);
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
    }

    @Test
    void afterAFailureTheSessionIsClosedAndNothingElseIsHeard() {
        Recorder recorder = new Recorder();
        Await.failure(recorder.on(remote("Anna").password("falsch 🗝")).connect());

        recorder.await("closed");
        assertThat(recorder.heard()).containsExactly("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two\nlines", "bell\u0007"})
    void aNameThatIsNoNameIsInvalidOnBothSides(String name) {
        CampaignDetails campaign = CampaignDetails.of(UUID.randomUUID(), name, Campaigns.START, "Terra", false);
        assertInvalid(campaign);
    }

    @ParameterizedTest
    @MethodSource("invalidCampaigns")
    void aCampaignOutOfItsBoundsIsInvalidOnBothSides(CampaignDetails campaign) {
        assertInvalid(campaign);
    }

    static CampaignDetails[] invalidCampaigns() {
        UUID id = UUID.randomUUID();
        return new CampaignDetails[] {
            CampaignDetails.of(id, "x".repeat(201), Campaigns.START, "Terra", false),
            CampaignDetails.of(id, "Anna", Campaigns.START, "", false),
            CampaignDetails.of(id, "Anna", Campaigns.START, "x".repeat(201), false),
            CampaignDetails.of(id, "Anna", LocalDate.of(10_000, 1, 1), "Terra", false),
            CampaignDetails.of(id, "Anna", LocalDate.of(0, 12, 31), "Terra", false),
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65})
    void aMekhqVersionHas1To64Characters(int length) {
        String version = "1".repeat(length);
        assertThat(failureOf(Campaigns.host("Other").mekhqVersion(version)).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(Await.failure(remote("Anna").mekhqVersion(version).connect()).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void aPasswordHasAtMost1024Bytes() {
        assertThat(Await.failure(remote("Anna").password("ä".repeat(513)).connect()).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void valuesOutOfTheirBoundsAreRefusedByTheCallThatSendsThem() {
        assertInvalid(() -> host.timeline().sendDateChanged(LocalDate.of(10_000, 1, 1)));
        assertInvalid(() -> host.timeline().sendDateChanged(LocalDate.MAX));
        assertInvalid(() -> host.roster().sendLocationChanged("", false));
        assertInvalid(() -> host.roster().sendLocationChanged("x".repeat(201), false));
        assertInvalid(() -> host.roster().sendLocationChanged("two\nlines", false));
    }

    private static void assertInvalid(CampaignDetails campaign) {
        assertThat(failureOf(Campaigns.host("Other").campaign(campaign)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        CompletableFuture<RemoteSession> future = Campaigns.remote("Anna", 1).campaign(campaign).connect();
        assertThat(Await.failure(future).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private static void assertInvalid(Runnable call) {
        assertThat(catchThrowableOfType(DistributedMekHQException.class, call::run).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private RemoteSession.Builder remote(String name) {
        return Campaigns.remote(name, host.port()).password("geheim 🗝");
    }

    private static DistributedMekHQException failureOf(HostSession.Builder builder) {
        return catchThrowableOfType(DistributedMekHQException.class, () -> builder.start().close());
    }
}
