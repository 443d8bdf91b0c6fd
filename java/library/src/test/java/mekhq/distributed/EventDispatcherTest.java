// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.internal.proto.GMModeChanged;
import mekhq.distributed.internal.proto.LocationChanged;
import mekhq.distributed.internal.proto.ReadyToAdvance;
import mekhq.distributed.internal.proto.Refused;
import mekhq.distributed.internal.proto.TOEUpdated;
import mekhq.distributed.internal.proto.Team;
import mekhq.distributed.internal.proto.TeamAssignment;
import mekhq.distributed.internal.proto.bridge.CampaignLeft;
import mekhq.distributed.internal.proto.bridge.Connected;
import mekhq.distributed.internal.proto.bridge.EndCause;
import mekhq.distributed.internal.proto.bridge.Event;
import mekhq.distributed.internal.proto.bridge.MayAdvanceChanged;

import org.junit.jupiter.api.Test;

class EventDispatcherTest {
    private static final String ID = Events.CAMPAIGN.toString();

    private final Listeners listeners = new Listeners(List.of(), List.of(), List.of(), List.of(), List.of());
    private final Recorder recorder = Recorder.addedTo(listeners);
    private final List<Boolean> lastCalls = new ArrayList<>();
    private final EventDispatcher dispatcher = new EventDispatcher(listeners, (call, last) -> {
        lastCalls.add(last);
        call.run();
    }, () -> lastCalls.add(null));

    @Test
    void aCampaignThatJoinedIsHeardByRosterListeners() {
        dispatcher.dispatch(Event.newBuilder()
                .setCampaignJoined(Convert.toWire(Campaigns.named("Blaue Ritter 🛡")))
                .build());
        assertThat(recorder.heard()).containsExactly("joined Blaue Ritter 🛡");
    }

    @Test
    void aCampaignThatLeftIsHeardWithItsCause() {
        dispatcher.dispatch(Event.newBuilder()
                .setCampaignLeft(CampaignLeft.newBuilder()
                        .setCampaign(Convert.toWire(Campaigns.named("A")))
                        .setCause(EndCause.END_CAUSE_TIMED_OUT))
                .build());
        assertThat(recorder.heard()).containsExactly("left A TIMED_OUT");
    }

    @Test
    void aDateIsHeardByTimelineListeners() {
        dispatcher.dispatch(Events.date(1));
        assertThat(recorder.heard()).containsExactly("date " + ID + " 3025-02-01");
    }

    @Test
    void gmModeAndLocationAreHeardByRosterListeners() {
        dispatcher.dispatch(Event.newBuilder()
                .setGmModeChanged(GMModeChanged.newBuilder().setId(ID).setValue(true)).build());
        dispatcher.dispatch(Event.newBuilder()
                .setLocationChanged(LocationChanged.newBuilder().setId(ID).setLocation("Terra").setIsGmMovement(true))
                .build());
        assertThat(recorder.heard()).containsExactly("gm " + ID + " true", "location " + ID + " Terra true");
    }

    @Test
    void aToeIsHeardByForceListenersAsItWasSent() {
        dispatcher.dispatch(Event.newBuilder()
                .setToeUpdated(TOEUpdated.newBuilder().setId(ID).setForce(ForceConvert.toWire(Campaigns.force(3))))
                .build());
        assertThat(recorder.heard()).containsExactly("toe " + ID + " " + Campaigns.force(3));
    }

    @Test
    void aConnectionIsHeardWithItsHost() {
        dispatcher.dispatch(Events.connected(Campaigns.named("Host")));
        assertThat(recorder.heard()).containsExactly("connected Host 0.50.06");
    }

    @Test
    void aLegacyHostHasNoSessionId() {
        Connected event = Events.connected(Campaigns.named("Host")).getConnected().toBuilder()
                .setLegacyHost(true).build();
        assertThat(Convert.toConnectedHost(event).sessionId()).isEmpty();
        assertThat(Convert.toConnectedHost(event).legacy()).isTrue();
    }

    @Test
    void theEndOfTheConnectionIsHeardWithItsCause() {
        dispatcher.dispatch(Events.disconnected());
        assertThat(recorder.heard()).containsExactly("disconnected HOST_CLOSING reconnecting");
    }

    @Test
    void aRefusalIsHeardWithAllItSays() {
        UUID request = UUID.randomUUID();
        Refused wire = Refused.newBuilder().setRequest(request.toString()).setCodeValue(34).setReason("why")
                .setRevision(7).setRefused("TOEUpdated").build();
        dispatcher.dispatch(Event.newBuilder().setRefused(wire).build());

        assertThat(recorder.heard()).containsExactly("refused TOEUpdated TOO_LARGE");
        assertThat(Convert.toRefusal(wire))
                .isEqualTo(new Refusal(Optional.of(request), ErrorCode.TOO_LARGE, "why", 7, "TOEUpdated"));
    }

    @Test
    void resynchronisedIsHeardBySessionListeners() {
        dispatcher.dispatch(Events.RESYNCHRONISED);
        assertThat(recorder.heard()).containsExactly("resynchronised");
    }

    @Test
    void onlyClosedIsTheLastCall() {
        dispatcher.dispatch(Events.date(1));
        dispatcher.dispatch(Events.CLOSED);
        assertThat(recorder.heard()).last().isEqualTo("closed");
        assertThat(lastCalls).containsExactly(false, true);
    }

    @Test
    void anAttemptThatIsGivenUpIsHeardWithItsCodeAndReason() {
        dispatcher.dispatch(Events.connectFailed());
        assertThat(recorder.heard()).containsExactly("given up BANNED why");
    }

    @Test
    void teamsAndDailyLogsAreHeardByTeamListeners() {
        dispatcher.dispatch(Event.newBuilder()
                .setTeamAssignment(TeamAssignment.newBuilder().addTeams(Team.newBuilder().setId(ID).setTeam(4)))
                .build());
        dispatcher.dispatch(Events.dailyLog("<b>Hired</b> a cook & a vet"));
        assertThat(recorder.heard()).containsExactly("teams {" + ID + "=4}",
                "log " + ID + " 3025-01-31 [Hired a cook & a vet]");
    }

    @Test
    void readinessAndTheGateAreHeardByTimelineListeners() {
        dispatcher.dispatch(Event.newBuilder()
                .setReadyToAdvance(ReadyToAdvance.newBuilder().setId(ID).setDate("3025-02-01")).build());
        dispatcher.dispatch(Event.newBuilder()
                .setMayAdvanceChanged(MayAdvanceChanged.newBuilder().setMayAdvanceValue(2)).build());
        dispatcher.dispatch(Event.newBuilder()
                .setMayAdvanceChanged(MayAdvanceChanged.newBuilder().setMayAdvanceValue(77)).build());
        assertThat(recorder.heard()).containsExactly("ready " + ID + " 3025-02-01", "may advance WAIT_FOR_HOST",
                "may advance UNKNOWN");
    }
}
