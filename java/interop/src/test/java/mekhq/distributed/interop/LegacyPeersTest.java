// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import static mekhq.distributed.interop.Campaigns.FIRST;
import static mekhq.distributed.interop.Campaigns.HOST;
import static mekhq.distributed.interop.Campaigns.SECOND;
import static mekhq.distributed.interop.Campaigns.TOE;
import static mekhq.distributed.interop.Campaigns.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import mekhq.distributed.interop.legacy.Pong;
import mekhq.distributed.interop.legacy.ServerMessage;
import org.junit.jupiter.api.Test;

/** The two foreign peers play together without us, so what fails between them and ours is ours to answer for. */
class LegacyPeersTest {
    @Test
    void aLegacyClientAndALegacyHostUnderstandEachOther() {
        try (LegacyHost host = new LegacyHost(Translation.toLegacy(Campaigns.active(HOST)), VERSION);
                LegacyClient first = new LegacyClient(host.port(), Translation.toLegacy(FIRST));
                LegacyClient second = new LegacyClient(host.port(), Translation.toLegacy(SECOND))) {
            assertThat(Translation.fromLegacy(first.connect(VERSION).getHost())).isEqualTo(Campaigns.active(HOST));
            first.openBus();
            first.awaitLike(Pong.getDefaultInstance());
            assertThat(second.connect(VERSION).getCampaignsList())
                    .containsExactly(Translation.toLegacy(Campaigns.active(FIRST)));
            second.openBus();
            second.awaitLike(Pong.getDefaultInstance());

            first.send(Messages.toeUpdated(FIRST.id(), TOE));
            ServerMessage relayed = second.await(Messages.toeUpdated(FIRST.id(), TOE));
            assertThat(relayed.getId()).isEqualTo(HOST.id().toString());

            assertThat(first.disconnect(FIRST.id()).getId()).isEqualTo(FIRST.id().toString());
            host.endBus(SECOND.id());
            assertThat(second.awaitBusEnd()).isNull();
        }
    }
}
