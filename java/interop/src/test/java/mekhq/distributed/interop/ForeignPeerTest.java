// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import static mekhq.distributed.interop.Campaigns.FIRST;
import static mekhq.distributed.interop.Campaigns.HOST;
import static mekhq.distributed.interop.Campaigns.SECOND;
import static mekhq.distributed.interop.Campaigns.TOE;
import static mekhq.distributed.interop.Campaigns.VERSION;
import static mekhq.distributed.interop.Messages.dateChanged;
import static mekhq.distributed.interop.Messages.gmModeChanged;
import static mekhq.distributed.interop.Messages.locationChanged;
import static mekhq.distributed.interop.Messages.toeUpdated;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.HostSession;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.Session;
import mekhq.distributed.interop.legacy.ConnectionRequest;
import mekhq.distributed.interop.legacy.ConnectionResponse;
import mekhq.distributed.interop.legacy.Ping;
import mekhq.distributed.interop.legacy.Pong;
import mekhq.distributed.interop.legacy.ServerMessage;
import mekhq.distributed.interop.refusal.Refused;
import org.junit.jupiter.api.Test;

/**
 * Peers of the old contract, built on grpc-java from a frozen contract, against ours (protocol.md section 1, "Legacy
 * peers"): with a legacy client on our host, and with our clients on a legacy host, every message of the old contract
 * passes in both directions; where legacy peers are not allowed, the refusal is named.
 */
class ForeignPeerTest {
    private static final UnknownFieldSet NOTHING_UNKNOWN = UnknownFieldSet.getDefaultInstance();
    /** Four of these without an answer end a bus: more than a busy computer takes for one. */
    private static final Duration QUICK_PING = Duration.ofSeconds(1);
    private static final int PINGS_TO_CLOSE_A_SILENT_BUS = 4;

    /** Messages of the old contract that arrived with the content they were sent with. */
    private int passed;

    @Test
    void everythingOfTheOldContractPassesBetweenALegacyClientAndOurHost() {
        Observer hostHeard = new Observer();
        Observer otherHeard = new Observer();
        try (HostSession host = Sessions.host(hostHeard).pingInterval(QUICK_PING).start();
                RemoteSession other = Sessions.connect(Sessions.remote(SECOND, host.port(), otherHeard));
                LegacyClient legacy = new LegacyClient(host.port(), Translation.toLegacy(FIRST))) {
            legacyClientJoins(legacy, hostHeard, otherHeard);
            legacyClientAndHostPingEachOther(legacy, host);
            legacyClientSpeaks(legacy, hostHeard, otherHeard);
            legacyClientListens(legacy, host, HOST.id());
            legacyClientListens(legacy, other, SECOND.id());
            legacyClientLeaves(legacy, host, hostHeard, otherHeard);
            assertOnlyTheOldContractReached(legacy);
        }
        System.out.println("figure legacy client messages passed: " + passed);
    }

    @Test
    void everythingOfTheOldContractPassesBetweenOurClientsAndALegacyHost() {
        Observer firstHeard = new Observer();
        Observer secondHeard = new Observer();
        try (LegacyHost legacy = new LegacyHost(Translation.toLegacy(Campaigns.active(HOST)), VERSION);
                RemoteSession first = Sessions.connect(Sessions.remote(FIRST, legacy.port(), firstHeard));
                RemoteSession second = Sessions.connect(Sessions.remote(SECOND, legacy.port(), secondHeard))) {
            ourClientsJoin(legacy, first, firstHeard, secondHeard);
            ourClientAnswersPings(legacy);
            ourClientsListen(legacy, firstHeard, secondHeard);
            ourClientSpeaks(first, legacy, secondHeard);
            ourClientLeaves(first, legacy, secondHeard);
            assertThat(second.isConnected()).isTrue();
            assertOnlyTheOldContractReached(legacy);
        }
        System.out.println("figure legacy host messages passed: " + passed);
    }

    @Test
    void aLegacyClientIsRefusedByNameUnlessOurHostAllowsIt() {
        Observer heard = new Observer();
        try (HostSession host = Sessions.host(heard).allowLegacyPeers(false).start();
                LegacyClient legacy = new LegacyClient(host.port(), Translation.toLegacy(FIRST))) {
            Refused refusal = Refusals.refusalOf(() -> legacy.connect(VERSION));
            assertThat(refusal.getCode()).isEqualTo(Refusals.LEGACY_NOT_ALLOWED);
            assertThat(refusal.getReason()).isNotBlank();
            assertThat(host.roster().campaigns()).isEmpty();
        }
        System.out.println("figure legacy client refusals named: 1");
    }

    @Test
    void aLegacyHostIsRefusedByNameUnlessOurClientAllowsIt() {
        Observer heard = new Observer();
        try (LegacyHost legacy = new LegacyHost(Translation.toLegacy(Campaigns.active(HOST)), VERSION)) {
            DistributedMekHQException failure = Sessions.failure(
                    Sessions.remote(FIRST, legacy.port(), heard).allowLegacyPeers(false).connect());
            assertThat(failure.code()).isEqualTo(ErrorCode.LEGACY_NOT_ALLOWED);
            assertThat(failure).message().isNotBlank();
            heard.await(new Observer.Closed());
            assertThat(legacy.received().history()).isEmpty();
        }
        System.out.println("figure legacy host refusals named: 1");
    }

    private void legacyClientJoins(LegacyClient legacy, Observer hostHeard, Observer otherHeard) {
        hostHeard.awaitJoined(SECOND);
        ConnectionResponse response = legacy.connect(VERSION);
        assertThat(response.getVersion()).isEqualTo(VERSION);
        assertSame(response.getHost(), Campaigns.active(HOST));
        assertThat(response.getCampaignsList()).singleElement()
                .satisfies(campaign -> assertSame(campaign, Campaigns.active(SECOND)));
        passed += 2;

        legacy.openBus();
        Pong pong = legacy.awaitLike(Pong.getDefaultInstance());
        assertSame(pong.getCampaign(), Campaigns.active(HOST));
        assertThat(pong.getCampaignsList()).singleElement()
                .satisfies(campaign -> assertSame(campaign, Campaigns.active(SECOND)));
        hostHeard.awaitJoined(FIRST);
        otherHeard.awaitJoined(FIRST);
        passed += 2;
    }

    private void legacyClientAndHostPingEachOther(LegacyClient legacy, HostSession host) {
        // Our host closes a bus whose pings go unanswered: one that stays was understood when it answered.
        for (int ping = 0; ping <= 2 * PINGS_TO_CLOSE_A_SILENT_BUS; ping++) {
            assertSame(legacy.awaitLike(Ping.getDefaultInstance()).getCampaign(), Campaigns.active(HOST));
            passed += 2;
        }
        assertThat(legacy.isBusOpen()).isTrue();
        assertThat(host.roster().find(FIRST.id())).map(CampaignDetails::active).contains(true);
        assertThat(host.roster().roundTrip(FIRST.id())).isPresent();
    }

    private void legacyClientSpeaks(LegacyClient legacy, Observer hostHeard, Observer otherHeard) {
        LocalDate date = FIRST.date().plusDays(1);
        legacy.send(dateChanged(FIRST.id(), date));
        hear(new Observer.Date(FIRST.id(), date), hostHeard, otherHeard);

        legacy.send(gmModeChanged(FIRST.id(), false));
        hear(new Observer.GmMode(FIRST.id(), false), hostHeard, otherHeard);

        legacy.send(locationChanged(FIRST.id(), "Ñew Àvalon", true));
        hear(new Observer.Location(FIRST.id(), "Ñew Àvalon", true), hostHeard, otherHeard);

        legacy.send(toeUpdated(FIRST.id(), TOE));
        hear(new Observer.Toe(FIRST.id(), TOE), hostHeard, otherHeard);
    }

    private void legacyClientListens(LegacyClient legacy, Session speaker, UUID campaign) {
        LocalDate date = speaker.timeline().ownDate().plusDays(1);
        speaker.timeline().sendDateChanged(date);
        arrives(legacy, dateChanged(campaign, date));

        speaker.roster().sendGmModeChanged(true);
        arrives(legacy, gmModeChanged(campaign, true));

        speaker.roster().sendLocationChanged("Terra 🌍", true);
        arrives(legacy, locationChanged(campaign, "Terra 🌍", true));

        speaker.forces().sendToeUpdated(TOE);
        arrives(legacy, toeUpdated(campaign, TOE));
    }

    private void legacyClientLeaves(
            LegacyClient legacy, HostSession host, Observer hostHeard, Observer otherHeard) {
        assertThat(legacy.disconnect(FIRST.id()).getId()).isEqualTo(FIRST.id().toString());
        passed += 2;
        assertThat(hostHeard.awaitLeft(FIRST.id())).isEqualTo(EndCause.LEAVING);
        otherHeard.awaitLeft(FIRST.id());
        assertThat(host.roster().find(FIRST.id())).map(CampaignDetails::active).contains(false);
        legacy.awaitBusEnd();
    }

    private void ourClientsJoin(
            LegacyHost legacy, RemoteSession first, Observer firstHeard, Observer secondHeard) {
        for (CampaignDetails campaign : new CampaignDetails[] {FIRST, SECOND}) {
            ConnectionRequest request = legacy.connects().await(
                    "Connect", candidate -> candidate.getClient().getId().equals(campaign.id().toString()));
            assertThat(request.getVersion()).isEqualTo(VERSION);
            assertSame(request.getClient(), campaign);
            assertSame(legacy.awaitLike(campaign.id(), Ping.getDefaultInstance()).getCampaign(), campaign);
            passed += 4;
        }
        Observer.Connected connected = firstHeard.await(Observer.Connected.class);
        assertThat(connected.host().legacy()).isTrue();
        assertThat(connected.host().sessionId()).isEmpty();
        assertThat(connected.host().hostVersion()).isEqualTo(VERSION);
        assertThat(first.roster().host()).contains(Campaigns.active(HOST));
        secondHeard.await(Observer.Connected.class);

        legacy.announce(Translation.toLegacy(Campaigns.active(SECOND)));
        firstHeard.awaitJoined(SECOND);
        passed += 1;
    }

    private void ourClientAnswersPings(LegacyHost legacy) {
        Ping ping = Ping.newBuilder().setCampaign(Translation.toLegacy(Campaigns.active(HOST))).build();
        legacy.broadcast(ping);
        assertSame(legacy.awaitLike(FIRST.id(), Pong.getDefaultInstance()).getCampaign(), FIRST);
        assertSame(legacy.awaitLike(SECOND.id(), Pong.getDefaultInstance()).getCampaign(), SECOND);
        passed += 4;
    }

    private void ourClientsListen(LegacyHost legacy, Observer firstHeard, Observer secondHeard) {
        LocalDate date = HOST.date().plusDays(1);
        legacy.broadcast(dateChanged(HOST.id(), date));
        hear(new Observer.Date(HOST.id(), date), firstHeard, secondHeard);

        legacy.broadcast(gmModeChanged(HOST.id(), true));
        hear(new Observer.GmMode(HOST.id(), true), firstHeard, secondHeard);

        legacy.broadcast(locationChanged(HOST.id(), "Ñew Àvalon", false));
        hear(new Observer.Location(HOST.id(), "Ñew Àvalon", false), firstHeard, secondHeard);

        legacy.broadcast(toeUpdated(HOST.id(), TOE));
        hear(new Observer.Toe(HOST.id(), TOE), firstHeard, secondHeard);
    }

    private void ourClientSpeaks(RemoteSession first, LegacyHost legacy, Observer secondHeard) {
        LocalDate date = FIRST.date().plusDays(1);
        first.timeline().sendDateChanged(date);
        arrives(legacy, dateChanged(FIRST.id(), date));
        hear(new Observer.Date(FIRST.id(), date), secondHeard);

        first.roster().sendGmModeChanged(false);
        arrives(legacy, gmModeChanged(FIRST.id(), false));
        hear(new Observer.GmMode(FIRST.id(), false), secondHeard);

        first.roster().sendLocationChanged("Terra 🌍", true);
        arrives(legacy, locationChanged(FIRST.id(), "Terra 🌍", true));
        hear(new Observer.Location(FIRST.id(), "Terra 🌍", true), secondHeard);

        first.forces().sendToeUpdated(TOE);
        arrives(legacy, toeUpdated(FIRST.id(), TOE));
        hear(new Observer.Toe(FIRST.id(), TOE), secondHeard);
    }

    private void ourClientLeaves(RemoteSession first, LegacyHost legacy, Observer secondHeard) {
        first.close();
        legacy.disconnects().await("Disconnect", FIRST.id().toString()::equals);
        legacy.announce(Translation.toLegacy(Campaigns.inactive(FIRST)));
        secondHeard.awaitLeft(FIRST.id());
        passed += 2;
    }

    private void arrives(LegacyClient legacy, Message payload) {
        ServerMessage message = legacy.await(payload);
        assertThat(message.getId()).as("the envelope's id is always the host's").isEqualTo(HOST.id().toString());
        assertThat(message.getTimestamp().getSeconds()).isPositive();
        passed++;
    }

    private void arrives(LegacyHost legacy, Message payload) {
        assertThat(legacy.await(payload).getId()).isEqualTo(FIRST.id().toString());
        passed++;
    }

    private void hear(Observer.Heard expected, Observer... observers) {
        for (Observer observer : observers) {
            observer.await(expected);
            passed++;
        }
    }

    private static void assertOnlyTheOldContractReached(LegacyClient legacy) {
        assertThat(legacy.received().history())
                .extracting(message -> message.getMessage().getTypeUrl())
                .isSubsetOf(Envelopes.BUS_TYPES);
    }

    private static void assertOnlyTheOldContractReached(LegacyHost legacy) {
        assertThat(legacy.calls().history())
                .isSubsetOf(
                        "/mekhqonline.MekHQHost/Connect",
                        "/mekhqonline.MekHQHost/Disconnect",
                        "/mekhqonline.MekHQHost/MessageBus")
                .contains("/mekhqonline.MekHQHost/Connect");
        assertThat(legacy.received().history())
                .extracting(message -> message.getMessage().getTypeUrl())
                .isSubsetOf(Envelopes.BUS_TYPES);
    }

    /**
     * Compares what everybody may tell of a campaign: its team, which is the host's business, and fields that the old
     * contract does not know aside.
     */
    private static void assertSame(mekhq.distributed.interop.legacy.CampaignDetails told, CampaignDetails expected) {
        assertThat(told.toBuilder().clearTeam().setUnknownFields(NOTHING_UNKNOWN).build())
                .isEqualTo(Translation.toLegacy(expected));
    }
}
