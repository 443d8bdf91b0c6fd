// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import mekhq.distributed.internal.proto.bridge.Event;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(10, 10_000);

    @Test
    void eventsLeaveInTheOrderInWhichTheyCame() {
        backlog.add(Events.date(1));
        backlog.add(Events.refused("A"));
        backlog.add(Events.date(2));

        assertThat(drained()).containsExactly(Events.date(1), Events.refused("A"), Events.date(2));
        assertThat(backlog.hasWork()).isFalse();
    }

    @Test
    void stateBeyondTheBoundIsDroppedAsAWhole() {
        addDates(11);

        assertThat(backlog.poll()).isNull();
        assertThat(backlog.peakEvents()).isEqualTo(10);
    }

    @Test
    void stateBeyondTheBoundInBytesIsDroppedAsAWhole() {
        Backlog small = new Backlog(1_000, 3L * Events.date(1).getSerializedSize());
        IntStream.rangeClosed(1, 4).mapToObj(Events::date).forEach(small::add);

        assertThat(small.poll()).isNull();
        assertThat(small.takeResynchronisationDemand()).isTrue();
        assertThat(small.peakBytes()).isEqualTo(3L * Events.date(1).getSerializedSize());
    }

    @Test
    void whatIsNoStateOutlivesTheOverflow() {
        backlog.add(Events.connected(Campaigns.named("Host")));
        backlog.add(Events.refused("A"));
        addDates(9);
        backlog.add(Events.disconnected());

        assertThat(drained()).containsExactly(Events.connected(Campaigns.named("Host")), Events.refused("A"),
                Events.disconnected());
    }

    @Test
    void resynchronisationIsDemandedOnceForAnOverflow() {
        addDates(11);
        assertThat(backlog.hasWork()).isTrue();

        assertThat(backlog.takeResynchronisationDemand()).isTrue();
        assertThat(backlog.takeResynchronisationDemand()).isFalse();
        addDates(50);
        assertThat(backlog.takeResynchronisationDemand()).isFalse();
        assertThat(backlog.hasWork()).isFalse();
    }

    @Test
    void stateIsTakenAgainAfterResynchronised() {
        addDates(11);
        backlog.takeResynchronisationDemand();
        backlog.add(Events.date(12));
        backlog.add(Events.RESYNCHRONISED);
        backlog.add(Events.date(13));

        assertThat(drained()).containsExactly(Events.RESYNCHRONISED, Events.date(13));
    }

    @Test
    void resynchronisedThatCameUnaskedSettlesTheDemand() {
        addDates(11);
        backlog.add(Events.RESYNCHRONISED);

        assertThat(backlog.takeResynchronisationDemand()).isFalse();
        assertThat(drained()).containsExactly(Events.RESYNCHRONISED);
    }

    @Test
    void aSecondOverflowIsDemandedAnew() {
        addDates(11);
        backlog.takeResynchronisationDemand();
        backlog.add(Events.RESYNCHRONISED);
        addDates(10);

        assertThat(backlog.poll()).as("Resynchronised is state as well").isNull();
        assertThat(backlog.takeResynchronisationDemand()).isTrue();
    }

    @Test
    void oldestRefusalsGoFirstAndAreCounted() {
        backlog.add(Events.connected(Campaigns.named("Host")));
        IntStream.rangeClosed(1, 12).mapToObj(number -> Events.refused("R" + number)).forEach(backlog::add);

        List<Event> kept = drained();
        assertThat(kept).hasSize(10).first().isEqualTo(Events.connected(Campaigns.named("Host")));
        assertThat(kept).last().isEqualTo(Events.refused("R12"));
        assertThat(backlog.refusalsDropped()).isEqualTo(3);
        assertThat(backlog.takeResynchronisationDemand()).as("no state was lost").isFalse();
    }

    @Test
    void dailyLogsAreNoStateAndTheOldestGoFirstAndAreCounted() {
        addDates(5);
        IntStream.rangeClosed(1, 12).mapToObj(number -> Events.dailyLog("Line " + number)).forEach(backlog::add);

        List<Event> kept = drained();
        assertThat(kept).hasSize(10).first().isEqualTo(Events.dailyLog("Line 3"));
        assertThat(kept).last().isEqualTo(Events.dailyLog("Line 12"));
        assertThat(backlog.dailyLogsDropped()).isEqualTo(2);
        assertThat(backlog.refusalsDropped()).isZero();
    }

    @Test
    void newsOfTheConnectionIsBoundedToo() {
        IntStream.rangeClosed(1, 25).forEach(number -> backlog.add(Events.disconnected()));

        assertThat(drained()).hasSize(10);
        assertThat(backlog.refusalsDropped()).isZero();
    }

    @Test
    void closedIsKeptWhateverTheBound() {
        backlog.add(Events.CLOSED);
        Backlog none = new Backlog(0, 0);
        none.add(Events.CLOSED);

        assertThat(backlog.poll()).isEqualTo(Events.CLOSED);
        assertThat(none.poll()).isEqualTo(Events.CLOSED);
    }

    @Test
    void nothingFollowsClosed() {
        backlog.add(Events.CLOSED);
        backlog.add(Events.CLOSED);
        backlog.add(Events.date(1));

        assertThat(drained()).containsExactly(Events.CLOSED);
    }

    @Test
    void anEndedBacklogKeepsNothingButClosed() {
        addDates(3);
        backlog.end();
        backlog.add(Events.date(4));
        backlog.lost();
        assertThat(backlog.hasWork()).isFalse();

        backlog.add(Events.CLOSED);
        assertThat(drained()).containsExactly(Events.CLOSED);
    }

    @Test
    void lostEventsDemandResynchronisationEvenWhenNothingWaited() {
        backlog.lost();

        assertThat(backlog.hasWork()).isTrue();
        assertThat(backlog.takeResynchronisationDemand()).isTrue();
    }

    private void addDates(int count) {
        IntStream.rangeClosed(1, count).mapToObj(Events::date).forEach(backlog::add);
    }

    private List<Event> drained() {
        List<Event> events = new ArrayList<>();
        for (Event event = backlog.poll(); event != null; event = backlog.poll()) {
            events.add(event);
        }
        return events;
    }
}
