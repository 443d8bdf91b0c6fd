// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that encrypt, what they show, and invitations, through the API. */
class EncryptionTest {
    private final Path player = Campaigns.newDataFolder();
    private HostSession host = Campaigns.host("Host").start();

    @AfterEach
    void close() {
        host.close();
    }

    private RemoteSession.Builder player() {
        return Campaigns.remote("Anna", host.port()).dataFolder(player);
    }

    private static DistributedMekHQException refused(RemoteSession.Builder builder) {
        return Await.failure(builder.connect());
    }

    @Test
    void aHostThatWasNeverMetIsShownToThePlayerWhoMayTrustIt() {
        DistributedMekHQException refused = refused(player().trust(HostTrust.known()));
        assertThat(refused.code()).isEqualTo(ErrorCode.CERTIFICATE_UNKNOWN);
        DistrustedHost shown = refused.distrustedHost().orElseThrow();
        assertThat(shown).isEqualTo(new DistrustedHost("127.0.0.1:" + host.port(), host.fingerprint().orElseThrow(),
                Optional.empty()));
        Await.result(player().trust(HostTrust.fingerprint(shown.shown())).connect()).close();
        Await.result(player().trust(HostTrust.known()).connect()).close();
    }

    @Test
    void aHostThatShowsAnotherFingerprintIsRefusedAndBothAreTold() {
        Await.result(player().trust(HostTrust.onFirstUse()).connect()).close();
        int port = host.port();
        Fingerprint before = host.fingerprint().orElseThrow();
        host.close();
        host = HostSession.builder().campaign(Campaigns.named("Host")).mekhqVersion(Campaigns.VERSION)
                .dataFolder(Campaigns.newDataFolder()).bindAddress("127.0.0.1").port(port).start();
        DistributedMekHQException refused = refused(player().trust(HostTrust.onFirstUse()));
        assertThat(refused.code()).isEqualTo(ErrorCode.CERTIFICATE_CHANGED);
        assertThat(refused.distrustedHost()).contains(new DistrustedHost("127.0.0.1:" + port,
                host.fingerprint().orElseThrow(), Optional.of(before)));
    }

    @Test
    void withoutEncryptionBothSidesMustSaySo() {
        host.close();
        host = Campaigns.host("Host").plaintext().start();
        assertThat(host.fingerprint()).isEmpty();
        assertThat(refused(player()).code()).isEqualTo(ErrorCode.HOST_UNREACHABLE);
        Await.result(player().trust(HostTrust.plaintext()).connect()).close();
    }

    @Test
    void anInvitationIsAllThatItTakesToJoin() {
        host.close();
        host = Campaigns.host("Host").password("geheim & 🗝").start();
        RemoteSession.Builder invited = RemoteSession.builder().campaign(Campaigns.named("Anna"))
                .mekhqVersion(Campaigns.VERSION).dataFolder(player);
        Await.result(invited.invitation(" " + host.invitation("localhost:" + host.port()) + "\n").connect()).close();
        String withoutPassword = host.invitationWithoutPassword();
        assertThat(withoutPassword).startsWith("mekhq://127.0.0.1:" + host.port() + "/?fp="
                + host.fingerprint().orElseThrow().text()).doesNotContain("pw=");
        assertThat(refused(invited.invitation(withoutPassword)).code()).isEqualTo(ErrorCode.BAD_PASSWORD);
        Await.result(invited.password("geheim & 🗝").connect()).close();
    }

    @Test
    void aDamagedInvitationIsRefusedBeforeAnythingIsTried() {
        String damaged = host.invitation().replace("fp=", "fp=A");
        DistributedMekHQException refused = refused(player().invitation(damaged));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(refused).hasMessageContaining("damaged");
        assertThatExceptionOfType(DistributedMekHQException.class).isThrownBy(() -> host.invitation("no address"))
                .extracting(DistributedMekHQException::code).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void aFingerprintHas43CharactersOfBase64Url(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fingerprint(text));
    }
}
