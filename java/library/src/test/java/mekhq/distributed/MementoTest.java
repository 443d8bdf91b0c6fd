// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
        String memento = mementoOfARemote();
        assertThat(memento).matches("[A-Za-z0-9_.-]+");

        long id = Native.connect(Campaigns.remote("Anna", 1).memento(memento).remoteOptions().toByteArray());
        try {
            assertThat(TimelineConvert.toMayAdvance(Native.mayAdvance(id, START.minusDays(1).toEpochDay())))
                    .isEqualTo(MayAdvance.ALLOWED);
            assertThat(TimelineConvert.toMayAdvance(Native.mayAdvance(id, START.toEpochDay())))
                    .isEqualTo(MayAdvance.HOST_LOST);
            assertThat(Native.memento(id)).as("nothing was joined").isEqualTo(memento);
        } finally {
            Native.close(id);
        }
    }

    @Test
    void itFollowsTheHostDateAndOutlivesTheSession() {
        try (Play play = new Play()) {
            Recorder recorder = new Recorder();
            RemoteSession anna = play.join("Anna", recorder);
            String before = anna.memento();
            play.host.timeline().sendDateChanged(START.plusDays(3));
            recorder.await("date " + play.host.campaignId() + " " + START.plusDays(3));
            anna.close();

            assertThat(anna.memento()).isNotEqualTo(before);
            assertThat(Memento.mayAdvance(anna.memento(), START.plusDays(2))).isEqualTo(MayAdvance.ALLOWED);
            assertThat(Memento.mayAdvance(anna.memento(), START.plusDays(3))).isEqualTo(MayAdvance.HOST_LOST);
            assertThat(Memento.mayAdvance(before, START)).isEqualTo(MayAdvance.HOST_LOST);
        }
    }

    @Test
    void aHostsCampaignIsFreeWithoutItsSessionAndKeepsWhatItHadJoined() {
        String joined = mementoOfARemote();
        try (HostSession host = Campaigns.host("Anna").memento(joined).start()) {
            String hosted = host.memento();
            assertThat(hosted.length()).isGreaterThan(joined.length());
            assertThat(Memento.mayAdvance(hosted, START.plusDays(99))).isEqualTo(MayAdvance.ALLOWED);
        }
    }

    @Test
    void aCampaignThatWasNeverInASessionIsFree() {
        assertThat(Memento.mayAdvance("", START)).isEqualTo(MayAdvance.ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({"dm2..e3b0c442, newer version", "dm1..00000000, check sum", "<xml/>, not one"})
    void oneThatCannotBeUsedIsRefusedByNameAndNoSessionBegins(String memento, String why) {
        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> Campaigns.host("Host").memento(memento).start())
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> Memento.mayAdvance(memento, START)).withMessageContaining(why);
        Throwable failure = catchThrowableOfType(Throwable.class,
                () -> Campaigns.remote("Anna", 1).memento(memento).connect().join());
        assertThat(failure).hasMessageContaining(why);
    }

    private static String mementoOfARemote() {
        try (Play play = new Play()) {
            return play.join("Anna", new Recorder()).memento();
        }
    }
}
