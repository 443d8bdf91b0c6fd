// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import static mekhq.distributed.interop.Campaigns.FIRST;
import static mekhq.distributed.interop.Campaigns.HOST;
import static mekhq.distributed.interop.Campaigns.SECOND;
import static mekhq.distributed.interop.Campaigns.VERSION;
import static mekhq.distributed.interop.Messages.dateChanged;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import java.time.LocalDate;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.interop.legacy.ClientMessage;
import mekhq.distributed.interop.legacy.Ping;
import mekhq.distributed.interop.legacy.Pong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How our client behaves on a legacy host (protocol.md section 1, "Legacy peers", and section 2). */
class LegacyHostRulesTest {
    private final Observer heard = new Observer();
    private LegacyHost legacy;

    @BeforeEach
    void startLegacyHost() {
        legacy = new LegacyHost(
                Translation.toLegacy(Campaigns.active(HOST)),
                VERSION,
                Translation.toLegacy(Campaigns.inactive(SECOND)));
    }

    @AfterEach
    void closeLegacyHost() {
        legacy.close();
    }

    @Test
    void ourClientOpensItsBusWithAPing() {
        try (RemoteSession session = Sessions.connect(Sessions.remote(FIRST, legacy.port(), heard))) {
            ClientMessage opening = legacy.received().awaitAny("the first message");
            assertThat(Envelopes.is(opening.getMessage(), Ping.class)).isTrue();
            assertThat(opening.getId()).isEqualTo(session.campaignId().toString());
            assertThat(opening.hasTimestamp()).isTrue();
        }
    }

    @Test
    void campaignsThatAreAwayStandOnTheRosterAsInactive() {
        try (RemoteSession session = joins()) {
            assertThat(session.roster().campaigns())
                    .containsExactlyInAnyOrder(Campaigns.active(HOST), Campaigns.inactive(SECOND));
        }
    }

    @Test
    void aRosterThatNamesItsRecipientDoesNotMakeItSomeoneElse() {
        try (RemoteSession session = joins()) {
            legacy.send(FIRST.id(), Envelopes.pack(Pong.newBuilder()
                    .setCampaign(Translation.toLegacy(Campaigns.active(HOST)))
                    .addCampaigns(Translation.toLegacy(Campaigns.active(FIRST)))
                    .addCampaigns(Translation.toLegacy(Campaigns.active(SECOND)))
                    .addCampaigns(Translation.toLegacy(Campaigns.active(HOST)))
                    .build()));
            heard.awaitJoined(SECOND);
            assertThat(session.roster().campaigns())
                    .extracting(CampaignDetails::id)
                    .containsExactlyInAnyOrder(HOST.id(), SECOND.id());
        }
    }

    @Test
    void unknownMessageTypesFromTheHostAreSkippedAndCounted() {
        try (RemoteSession session = joins()) {
            legacy.send(FIRST.id(), unknown());
            assertStillListening();
            assertThat(session.statistics().unknownTypes()).isEqualTo(1);
        }
    }

    @Test
    void aMalformedPayloadFromTheHostIsCountedAndAnsweredInTheOldContractOnly() {
        try (RemoteSession session = joins()) {
            legacy.send(
                    FIRST.id(),
                    Envelopes.pack(dateChanged(HOST.id(), HOST.date()).toBuilder().setDate("soon").build()));
            assertStillListening();
            assertThat(session.statistics().malformed()).isEqualTo(1);
            session.timeline().sendDateChanged(FIRST.date().plusDays(1));
            legacy.await(dateChanged(FIRST.id(), FIRST.date().plusDays(1)));
            assertThat(legacy.received().history())
                    .extracting(message -> message.getMessage().getTypeUrl())
                    .isSubsetOf(Envelopes.BUS_TYPES);
        }
    }

    @Test
    void aLegacyHostThatEndsTheBusIsReportedAsAnEndWithoutGoodbye() {
        try (RemoteSession session = joins()) {
            legacy.endBus(FIRST.id());
            Observer.Disconnected end = heard.await(Observer.Disconnected.class);
            assertThat(end.cause()).isEqualTo(EndCause.RESET);
            assertThat(session.campaignId()).isEqualTo(FIRST.id());
        }
    }

    @Test
    void ourClientRefusesALegacyHostOfAnotherVersionAndNamesBoth() {
        DistributedMekHQException failure = Sessions.failure(
                Sessions.remote(FIRST, legacy.port(), heard).mekhqVersion("0.49.19").connect());
        assertThat(failure.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
        assertThat(failure).message().contains("0.49.19").contains(VERSION);
    }

    @Test
    void aRefusalWithoutDetailsFailsTheConnectionWithTheHostsWords() {
        legacy.refuseConnects("wrong password");
        DistributedMekHQException failure = Sessions.failure(
                Sessions.remote(FIRST, legacy.port(), heard).password("guess 🗝").connect());
        assertThat(failure).message().contains("wrong password");
        heard.await(new Observer.Closed());
    }

    /** Connects; afterwards the host knows whose bus it is. */
    private RemoteSession joins() {
        RemoteSession session = Sessions.connect(Sessions.remote(FIRST, legacy.port(), heard));
        legacy.awaitLike(FIRST.id(), Ping.getDefaultInstance());
        return session;
    }

    private static Any unknown() {
        return Any.newBuilder()
                .setTypeUrl(Envelopes.TYPE_PREFIX + "NeverHeardOf")
                .setValue(ByteString.copyFromUtf8("whatever"))
                .build();
    }

    /** A date sent after something odd arrives, so the oddity has been dealt with and the bus lives on. */
    private void assertStillListening() {
        LocalDate date = HOST.date().plusDays(3);
        legacy.broadcast(dateChanged(HOST.id(), date));
        heard.await(new Observer.Date(HOST.id(), date));
    }
}
