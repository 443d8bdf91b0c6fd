// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void aHostPortIsFrom0To65535(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostSession.builder().port(port))
                .withMessageContaining("port").withMessageContaining(String.valueOf(port));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536})
    void aRemotePortIsFrom1To65535(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> RemoteSession.builder().port(port));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void aRosterHoldsFrom1To255Campaigns(int campaigns) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostSession.builder().campaignsMax(campaigns));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3_651})
    void aTransferExpiresAfter1To3650DaysOrNever(int days) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostSession.builder().transferExpiryDays(days));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0S", "PT0.099S", "PT600.001S", "P1000000000D"})
    void aPingIntervalIsFrom100MillisecondsTo600Seconds(Duration interval) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostSession.builder().pingInterval(interval));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.0009S", "PT10.001S"})
    void aCloseTimeoutIsFrom1MillisecondTo10Seconds(Duration timeout) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostSession.builder().closeTimeout(timeout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.099S", "PT120.001S"})
    void aConnectTimeoutIsFrom100MillisecondsTo120Seconds(Duration timeout) {
        assertThatIllegalArgumentException().isThrownBy(() -> RemoteSession.builder().connectTimeout(timeout));
    }

    @Test
    void whatIsRequiredIsNamed() {
        assertThatIllegalStateException().isThrownBy(() -> HostSession.builder().mekhqVersion("1").start())
                .withMessageContaining("campaign");
        assertThatIllegalStateException()
                .isThrownBy(() -> HostSession.builder().campaign(Campaigns.named("A")).start())
                .withMessageContaining("mekhqVersion");
        assertThatIllegalStateException()
                .isThrownBy(() -> RemoteSession.builder().campaign(Campaigns.named("A")).mekhqVersion("1").connect())
                .withMessageContaining("host");
        CampaignMemento other = CampaignMemento.load(Campaigns.named("B").id(), Campaigns.START, "");
        assertThatIllegalStateException().isThrownBy(() -> Campaigns.host("A").memento(other).start())
                .withMessageContaining("memento");
    }

    @Test
    void nullIsRefusedAtOnce() {
        assertThatNullPointerException().isThrownBy(() -> HostSession.builder().campaign(null));
        assertThatNullPointerException().isThrownBy(() -> HostSession.builder().executor(null));
        assertThatNullPointerException().isThrownBy(() -> RemoteSession.builder().host(null));
        assertThatNullPointerException().isThrownBy(() -> RemoteSession.builder().timelineListener(null));
    }
}
