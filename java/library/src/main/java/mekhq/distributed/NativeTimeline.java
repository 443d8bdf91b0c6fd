// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import mekhq.distributed.timeline.BoardRow;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;

/**
 * The calendar, kept by the native library.
 *
 * <p>Concurrency: {@link #mayAdvance} goes into the native library and back without a lock on either side; what it
 * reads there is one published snapshot.
 */
final class NativeTimeline implements Timeline {
    private final SessionCore core;
    private final MayAdvance whenClosed;

    NativeTimeline(SessionCore core, MayAdvance whenClosed) {
        this.core = core;
        this.whenClosed = whenClosed;
    }

    @Override
    public MayAdvance mayAdvance(LocalDate from) {
        long epochDay = from.toEpochDay();
        try {
            return TimelineConvert.toMayAdvance(Native.mayAdvance(core.id(), epochDay));
        } catch (DistributedMekHQException e) {
            if (e.code() == ErrorCode.SESSION_CLOSED) {
                return whenClosed;
            }
            throw e;
        }
    }

    @Override
    public void sendDateChanged(LocalDate date) {
        Native.sendDateChanged(core.id(), date.toEpochDay(), false);
    }

    @Override
    public void jump(LocalDate date) {
        Native.sendDateChanged(core.id(), date.toEpochDay(), true);
    }

    @Override
    public void readyToAdvance() {
        Native.sendReadyToAdvance(core.id());
    }

    @Override
    public void continueWithoutHost(boolean alone) {
        Native.continueWithoutHost(core.id(), alone);
    }

    @Override
    public LocalDate ownDate() {
        return core.roster().own().date();
    }

    @Override
    public Optional<LocalDate> hostDate() {
        return TimelineConvert.toDate(core.rosterState().getHostDate());
    }

    @Override
    public LocalDate timelineDate() {
        return LocalDate.parse(core.rosterState().getTimelineDate());
    }

    @Override
    public List<BoardRow> board() {
        return TimelineConvert.toBoard(core.rosterState());
    }

    @Override
    public void addListener(TimelineListener listener) {
        core.listeners().timeline().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeListener(TimelineListener listener) {
        core.listeners().timeline().remove(listener);
    }
}
