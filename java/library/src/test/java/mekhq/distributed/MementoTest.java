// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.LocalDate;

import mekhq.distributed.timeline.MayAdvance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memento of a save (protocol.md section 5). */
class MementoTest {
    private static final LocalDate START = Campaigns.START;

    @Test
    void aSaveThatIsLoadedAgainIsFreeUpToTheHostDateThatItKnew() {
        String text = mementoOfARemote();
        assertThat(text).matches("[A-Za-z0-9_.-]+");

        CampaignMemento memento = load("Anna", text);
        long id = Native.connect(Campaigns.remote("Anna", 1).memento(memento).remoteOptions().toByteArray());
        try {
            assertThat(TimelineConvert.toMayAdvance(Native.mayAdvance(id, START.minusDays(1).toEpochDay())))
                    .isEqualTo(MayAdvance.ALLOWED);
            assertThat(TimelineConvert.toMayAdvance(Native.mayAdvance(id, START.toEpochDay())))
                    .isEqualTo(MayAdvance.HOST_LOST);
            Native.attachCampaign(memento.id(), id);
            assertThat(memento.text()).as("nothing was joined").isEqualTo(text);
        } finally {
            Native.close(id);
        }
    }

    @Test
    void itFollowsTheHostDateAndOutlivesTheSession() {
        try (Play play = new Play(); CampaignMemento memento = load("Anna", "")) {
            Recorder recorder = new Recorder();
            RemoteSession anna = play.join(recorder.on(Campaigns.remote("Anna", play.host.port())).memento(memento));
            String before = memento.text();
            play.host.timeline().sendDateChanged(START.plusDays(3));
            recorder.await("date " + play.host.campaignId() + " " + START.plusDays(3));
            anna.close();

            assertThat(memento.text()).isNotEqualTo(before);
            assertThat(memento.mayAdvance(START.plusDays(2))).isEqualTo(MayAdvance.ALLOWED);
            assertThat(memento.mayAdvance(START.plusDays(3))).isEqualTo(MayAdvance.HOST_LOST);
            assertThat(Campaigns.mayAdvance(before, START)).isEqualTo(MayAdvance.HOST_LOST);
        }
    }

    @Test
    void aHostsCampaignIsFreeWithoutItsSessionAndKeepsWhatItHadJoined() {
        String joined = mementoOfARemote();
        try (CampaignMemento memento = load("Anna", joined);
                HostSession host = Campaigns.host("Anna").memento(memento).start()) {
            assertThat(memento.text().length()).isGreaterThan(joined.length());
            assertThat(Campaigns.mayAdvance(memento.text(), START.plusDays(99))).isEqualTo(MayAdvance.ALLOWED);
        }
    }

    @Test
    void aCampaignThatWasNeverInASessionIsFree() {
        assertThat(Campaigns.mayAdvance("", START)).isEqualTo(MayAdvance.ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({"dm2..e3b0c442, newer version", "dm1..00000000, check sum", "<xml/>, not one"})
    void oneThatCannotBeUsedIsRefusedByName(String memento, String why) {
        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> load("Anna", memento))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void aCampaignThatWasNeverInASessionDoesWithoutTheLibrary() {
        try (CampaignMemento memento = load("Anna", " ")) {
            memento.day(START.plusDays(1));
            assertThat(memento.mayAdvance(START.plusDays(99))).isEqualTo(MayAdvance.ALLOWED);
            assertThat(memento.text()).isEmpty();
        }
    }

    @Test
    void oneThatWasClosedIsRefusedAndClosingItAgainIsNoError() {
        CampaignMemento memento = load("Anna", "");
        memento.close();
        memento.close();
        assertThatExceptionOfType(DistributedMekHQException.class).isThrownBy(memento::text)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_CLOSED));
    }

    private static CampaignMemento load(String name, String text) {
        return CampaignMemento.load(Campaigns.named(name).id(), START, text);
    }

    private static String mementoOfARemote() {
        try (Play play = new Play(); CampaignMemento memento = load("Anna", "")) {
            play.join(Campaigns.remote("Anna", play.host.port()).memento(memento));
            return memento.text();
        }
    }
}
