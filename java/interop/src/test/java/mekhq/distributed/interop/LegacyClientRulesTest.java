// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import static mekhq.distributed.interop.Campaigns.FIRST;
import static mekhq.distributed.interop.Campaigns.HOST;
import static mekhq.distributed.interop.Campaigns.SECOND;
import static mekhq.distributed.interop.Campaigns.TOE;
import static mekhq.distributed.interop.Campaigns.VERSION;
import static mekhq.distributed.interop.Messages.dateChanged;
import static mekhq.distributed.interop.Messages.toeUpdated;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.EndCause;
import mekhq.distributed.HostSession;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.interop.legacy.ConnectionRequest;
import mekhq.distributed.interop.legacy.Ping;
import mekhq.distributed.interop.legacy.Pong;
import mekhq.distributed.interop.refusal.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What our host lets a legacy client do, and what not (protocol.md section 1, "Legacy peers", and section 2). */
class LegacyClientRulesTest {
    private final Observer hostHeard = new Observer();
    private HostSession host;
    private LegacyClient legacy;

    @BeforeEach
    void startHostAndLegacyClient() {
        host = Sessions.host(hostHeard).start();
        legacy = new LegacyClient(host.port(), Translation.toLegacy(FIRST));
    }

    @AfterEach
    void closeHostAndLegacyClient() {
        legacy.close();
        host.close();
    }

    @Test
    void aBusOnAnotherConnectionThanItsConnectIsRefused() {
        legacy.connect(VERSION);
        try (LegacyClient stranger = new LegacyClient(host.port(), Translation.toLegacy(FIRST))) {
            stranger.openBus();
            Refused refusal = Refusals.refusalIn(stranger.awaitBusEnd());
            assertThat(refusal.getCode()).isEqualTo(Refusals.UNAUTHENTICATED);
        }
        legacy.openBus();
        hostHeard.awaitJoined(FIRST);
    }

    @Test
    void aBusWithoutConnectIsRefused() {
        legacy.openBus();
        assertThat(Refusals.refusalIn(legacy.awaitBusEnd()).getCode()).isEqualTo(Refusals.UNAUTHENTICATED);
        assertThat(host.roster().campaigns()).isEmpty();
    }

    @Test
    void aDisconnectFromAnotherConnectionIsRefused() {
        joins();
        try (LegacyClient stranger = new LegacyClient(host.port(), Translation.toLegacy(FIRST))) {
            Refused refusal = Refusals.refusalOf(() -> stranger.disconnect(FIRST.id()));
            assertThat(refusal.getCode()).isEqualTo(Refusals.UNAUTHENTICATED);
        }
        assertStillServed();
    }

    @Test
    void aDisconnectOfAnotherCampaignIsRefused() {
        joins();
        try (RemoteSession other = Sessions.connect(Sessions.remote(SECOND, host.port(), new Observer()))) {
            Refused refusal = Refusals.refusalOf(() -> legacy.disconnect(SECOND.id()));
            assertThat(refusal.getCode()).isIn(Refusals.UNAUTHENTICATED, Refusals.NOT_YOURS);
            assertThat(host.roster().find(SECOND.id())).map(CampaignDetails::active).contains(true);
            assertThat(other.isConnected()).isTrue();
        }
        assertStillServed();
    }

    @Test
    void aMessageInTheNameOfAnotherCampaignIsCountedAndNotRelayed() {
        Observer otherHeard = new Observer();
        try (RemoteSession other = Sessions.connect(Sessions.remote(SECOND, host.port(), otherHeard))) {
            joins();
            LocalDate forged = SECOND.date().plusDays(1);
            legacy.send(Envelopes.fromClient(SECOND.id(), Envelopes.pack(dateChanged(SECOND.id(), forged))));
            legacy.send(dateChanged(SECOND.id(), forged));
            legacy.send(Envelopes.fromClient(HOST.id(), Envelopes.pack(dateChanged(HOST.id(), forged))));
            LocalDate own = FIRST.date().plusDays(1);
            legacy.send(dateChanged(FIRST.id(), own));
            otherHeard.await(new Observer.Date(FIRST.id(), own));

            assertThat(otherHeard.heard().history()).filteredOn(Observer.Date.class::isInstance).hasSize(1);
            assertThat(host.statistics().notYours()).isEqualTo(3);
            assertThat(other.timeline().ownDate()).isEqualTo(SECOND.date());
            assertThat(host.roster().find(SECOND.id())).map(CampaignDetails::date).contains(SECOND.date());
            assertThat(host.timeline().ownDate()).isEqualTo(HOST.date());
        }
    }

    @Test
    void whatALegacyClientSaysIsNotEchoedToIt() {
        joins();
        LocalDate own = FIRST.date().plusDays(1);
        legacy.send(dateChanged(FIRST.id(), own));
        hostHeard.await(new Observer.Date(FIRST.id(), own));
        host.timeline().sendDateChanged(HOST.date().plusDays(1));
        legacy.await(dateChanged(HOST.id(), HOST.date().plusDays(1)));
        assertThat(legacy.received().history())
                .noneMatch(message -> Envelopes.carries(message.getMessage(), dateChanged(FIRST.id(), own)));
    }

    @Test
    void unknownMessageTypesAreSkippedAndCounted() {
        joins();
        ByteString payload = dateChanged(FIRST.id(), FIRST.date().plusDays(9)).toByteString();
        List<String> unknown = List.of(
                Envelopes.TYPE_PREFIX + "NeverHeardOf",
                Envelopes.TYPE_PREFIX + "campaigndatechanged",
                "type.googleapis.com/other.CampaignDateChanged");
        for (String typeUrl : unknown) {
            legacy.send(Any.newBuilder().setTypeUrl(typeUrl).setValue(payload).build());
        }
        assertStillServed();
        assertThat(host.statistics().unknownTypes()).isEqualTo(unknown.size());
        assertThat(host.statistics().malformed()).isZero();
        assertNobodyButTheHonestDateWasHeard();
    }

    @Test
    void aMalformedPayloadIsRefusedWithoutAWordTheOldContractDoesNotKnow() {
        joins();
        legacy.send(Any.newBuilder()
                .setTypeUrl(Envelopes.TYPE_PREFIX + "CampaignDateChanged")
                .setValue(ByteString.copyFrom(new byte[] {0x0a, 0x7f, 1}))
                .build());
        legacy.send(Envelopes.pack(
                dateChanged(FIRST.id(), FIRST.date()).toBuilder().setDate("3025-02-30").build()));
        legacy.send(Any.getDefaultInstance());
        assertStillServed();
        assertThat(host.statistics().malformed()).isEqualTo(3);
        assertNobodyButTheHonestDateWasHeard();
    }

    @Test
    void everyPongNamesTheWholeRoster() {
        try (RemoteSession other = Sessions.connect(Sessions.remote(SECOND, host.port(), new Observer()))) {
            joins();
            for (int ping = 0; ping < 3; ping++) {
                legacy.send(Ping.newBuilder().setCampaign(Translation.toLegacy(FIRST)).build());
                assertThat(legacy.awaitLike(Pong.getDefaultInstance()).getCampaignsList())
                        .extracting(campaign -> campaign.getId())
                        .containsExactly(other.campaignId().toString());
            }
        }
    }

    @Test
    void aLegacyClientThatJoinsLateLearnsTheForcesOfTheOthers() {
        host.forces().sendToeUpdated(TOE);
        joins();
        legacy.await(toeUpdated(HOST.id(), TOE));
    }

    @Test
    void aSilentLegacyClientIsClosedAsTimedOut() {
        host.close();
        try (HostSession impatient = Sessions.host(hostHeard).pingInterval(Duration.ofMillis(100)).start();
                LegacyClient silent = new LegacyClient(impatient.port(), Translation.toLegacy(FIRST))) {
            silent.stopAnsweringPings();
            silent.connect(VERSION);
            silent.openBus();
            assertThat(hostHeard.awaitLeft(FIRST.id())).isEqualTo(EndCause.TIMED_OUT);
            silent.awaitBusEnd();
        }
    }

    @Test
    void aLegacyClientThatVanishesBecomesInactiveAndMayComeBack() {
        joins();
        legacy.close();
        assertThat(hostHeard.awaitLeft(FIRST.id())).isEqualTo(EndCause.RESET);
        assertThat(host.roster().find(FIRST.id())).map(CampaignDetails::active).contains(false);
        legacy = new LegacyClient(host.port(), Translation.toLegacy(FIRST));
        joins();
    }

    @Test
    void aSecondConnectOfALivingCampaignIsRefusedAndTheFirstStays() {
        joins();
        try (LegacyClient twin = new LegacyClient(host.port(), Translation.toLegacy(FIRST))) {
            assertThat(Refusals.refusalOf(() -> twin.connect(VERSION)).getCode())
                    .isEqualTo(Refusals.ALREADY_CONNECTED);
        }
        assertStillServed();
    }

    @Test
    void anotherVersionIsRefusedAndBothAreNamed() {
        Refused refusal = Refusals.refusalOf(() -> legacy.connect("0.49.19"));
        assertThat(refusal.getCode()).isEqualTo(Refusals.VERSION_MISMATCH);
        assertThat(refusal.getReason()).contains("0.49.19").contains(VERSION);
    }

    @Test
    void aWrongPasswordIsRefusedAndTheRightOneIsNot() {
        host.close();
        try (HostSession closed = Sessions.host(hostHeard).password("Ünlocked 🗝").start();
                LegacyClient client = new LegacyClient(closed.port(), Translation.toLegacy(FIRST))) {
            ConnectionRequest request = ConnectionRequest.newBuilder()
                    .setVersion(VERSION)
                    .setClient(Translation.toLegacy(FIRST))
                    .build();
            ConnectionRequest wrong = request.toBuilder().setPassword("unlocked").build();
            ConnectionRequest right = request.toBuilder().setPassword("Ünlocked 🗝").build();
            assertThat(Refusals.refusalOf(() -> client.connect(request)).getCode()).isEqualTo(Refusals.BAD_PASSWORD);
            assertThat(Refusals.refusalOf(() -> client.connect(wrong)).getCode()).isEqualTo(Refusals.BAD_PASSWORD);
            assertThat(client.connect(right).getVersion()).isEqualTo(VERSION);
        }
    }

    @Test
    void badDetailsAreRefusedByName() {
        ConnectionRequest request = ConnectionRequest.newBuilder()
                .setVersion(VERSION)
                .setClient(Translation.toLegacy(FIRST).toBuilder().setDate("3025-02-30"))
                .build();
        Refused refusal = Refusals.refusalOf(() -> legacy.connect(request));
        assertThat(refusal.getCode()).isEqualTo(Refusals.INVALID_ARGUMENT);
        assertThat(refusal.getReason()).contains("date");
        assertThat(host.roster().campaigns()).isEmpty();
    }

    @Test
    void whatOnlyAHostMaySetIsIgnoredFromALegacyClient() {
        ConnectionRequest request = ConnectionRequest.newBuilder()
                .setVersion(VERSION)
                .setClient(Translation.toLegacy(FIRST).toBuilder().setTeam(7).setIsActive(false))
                .build();
        legacy.connect(request);
        legacy.openBus();
        hostHeard.awaitJoined(FIRST);
        assertThat(host.roster().find(FIRST.id())).hasValueSatisfying(campaign -> {
            assertThat(campaign.team()).isNotEqualTo(7);
            assertThat(campaign.active()).isTrue();
        });
    }

    @Test
    void aClosingHostEndsTheBusWithoutAWordTheOldContractDoesNotKnow() {
        joins();
        host.close();
        legacy.awaitBusEnd();
        assertOnlyTheOldContractReachedTheClient();
    }

    private void joins() {
        legacy.connect(VERSION);
        legacy.openBus();
        legacy.awaitLike(Pong.getDefaultInstance());
        hostHeard.awaitJoined(FIRST);
    }

    /** A date sent after something odd arrives, so the oddity has been dealt with and the bus lives on. */
    private void assertStillServed() {
        LocalDate date = FIRST.date().plusDays(3);
        legacy.send(dateChanged(FIRST.id(), date));
        hostHeard.await(new Observer.Date(FIRST.id(), date));
        assertThat(legacy.isBusOpen()).isTrue();
        assertOnlyTheOldContractReachedTheClient();
    }

    private void assertNobodyButTheHonestDateWasHeard() {
        assertThat(hostHeard.heard().history()).filteredOn(Observer.Date.class::isInstance).hasSize(1);
    }

    private void assertOnlyTheOldContractReachedTheClient() {
        assertThat(legacy.received().history())
                .extracting(message -> message.getMessage().getTypeUrl())
                .isSubsetOf(Envelopes.BUS_TYPES);
    }
}
