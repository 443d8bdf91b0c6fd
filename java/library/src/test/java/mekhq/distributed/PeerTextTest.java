// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;
import mekhq.distributed.internal.proto.Refused;
import mekhq.distributed.internal.proto.bridge.ConnectFailed;
import mekhq.distributed.internal.proto.bridge.Disconnected;
import mekhq.distributed.internal.proto.bridge.Event;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.transfer.Transfer;

/** Text that another player wrote reaches a listener, a getter or an exception as plain text only. */
class PeerTextTest {
    private static final String HOSTILE = "<html><a href=\"command:quit\">Wölfe</a> 🦊";
    private static final String PLAIN = "Wölfe 🦊";
    private static final UUID ANNA = Campaigns.named("Anna").id();

    private final Recorder hears = new Recorder();

    private static CampaignDetails hostile(String name) {
        return CampaignDetails.of(Campaigns.named(name).id(), HOSTILE, Campaigns.START, HOSTILE, false);
    }

    @Test
    void namesSystemsForcesAndLogsOfPeersAreRead() {
        try (HostSession host = hears.on(Campaigns.host("Host")).start();
                RemoteSession anna = Campaigns.remote("Anna", host.port()).campaign(hostile("Anna")).connect().join()) {
            hears.await("joined " + PLAIN);
            CampaignDetails told = host.roster().find(ANNA).orElseThrow();
            assertThat(told.name()).isEqualTo(PLAIN);
            assertThat(told.location()).isEqualTo(PLAIN);
            assertThat(told.rawName()).isEqualTo(HOSTILE);
            assertThat(told.rawLocation()).isEqualTo(HOSTILE);
            assertThat(host.members().find(ANNA).orElseThrow().campaign().name()).isEqualTo(PLAIN);

            anna.roster().sendLocationChanged("<img src=x>Terra", false);
            hears.await("location " + ANNA + " Terra false");

            host.teams().assign(ANNA, 1);
            Await.until("one team", () -> anna.teams().teamOf(ANNA) == 1);
            anna.teams().sendDailyLog(Campaigns.START, List.of(HOSTILE));
            hears.await("log " + ANNA + " " + Campaigns.START + " [" + PLAIN + "]");

            Force shown = new Force(0, HOSTILE, List.of(), List.of(new ForceUnit("<b>1</b>", HOSTILE, HOSTILE)));
            anna.forces().sendToeUpdated(shown);
            Await.until("the TOE", () -> host.forces().find(ANNA).isPresent());
            Force force = host.forces().find(ANNA).orElseThrow();
            assertThat(force.name()).isEqualTo(PLAIN);
            ForceUnit unit = force.units().get(0);
            assertThat(List.of(unit.id(), unit.name(), unit.commander())).containsExactly("1", PLAIN, PLAIN);
            assertThat(force).isEqualTo(shown);
        }
    }

    @Test
    void reasonsOfTheHostAreRead() {
        Recorder annaHears = new Recorder() {
            @Override
            public void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
                super.onDisconnected(cause, reason, reconnecting);
                assertThat(reason).isEqualTo(PLAIN);
            }
        };
        try (HostSession host = Campaigns.host("Host").start();
                RemoteSession anna = annaHears.on(Campaigns.remote("Anna", host.port())).connect().join()) {
            host.members().ban(ANNA, HOSTILE);
            annaHears.await("disconnected BANNED");
            assertThat(anna.isConnected()).isFalse();
            CompletionException refused = catchThrowableOfType(CompletionException.class,
                    () -> Campaigns.remote("Anna", host.port()).connect().join());
            assertThat(refused.getCause()).hasMessageEndingWith(PLAIN).hasMessageNotContaining("<");
        }
    }

    /** What no host of ours sends. */
    @Test
    void refusalsAndEndingsOfStrangeHostsAreRead() {
        Listeners listeners = new Listeners(List.of(), List.of(), List.of(), List.of(), List.of());
        List<String> told = new ArrayList<>();
        listeners.session().add(new SessionListener() {
            @Override
            public void onRefused(Refusal refusal) {
                told.add(refusal.reason() + "|" + refusal.refused());
            }

            @Override
            public void onConnectionGivenUp(ErrorCode code, String reason) {
                told.add(reason);
            }

            @Override
            public void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
                told.add(reason);
            }
        });
        EventDispatcher dispatcher = new EventDispatcher(listeners, (call, last) -> call.run(), () -> { });
        Event.Builder event = Event.newBuilder();
        dispatcher.dispatch(event.setRefused(Refused.newBuilder().setReason(HOSTILE).setRefused(HOSTILE)).build());
        dispatcher.dispatch(event.setConnectFailed(ConnectFailed.newBuilder().setReason(HOSTILE)).build());
        dispatcher.dispatch(event.setDisconnected(Disconnected.newBuilder().setReason(HOSTILE)).build());
        assertThat(told).containsExactly(PLAIN + "|" + PLAIN, PLAIN, PLAIN);
    }

    @Test
    void memosAndReasonsOfAdjustmentsArePlainText() {
        UUID id = UUID.randomUUID();
        assertThat(new Transfer(id, id, id, Money.cBills(1), HOSTILE).memo()).isEqualTo(PLAIN);
        assertThat(new Adjustment(id, Bundle.EMPTY, Bundle.EMPTY, HOSTILE, 0, Campaigns.START).reason())
                .isEqualTo(PLAIN);
    }
}
