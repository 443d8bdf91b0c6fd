// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;

import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;

/** The calendar, kept by the native library. */
final class NativeTimeline implements Timeline {
    private final SessionCore core;

    NativeTimeline(SessionCore core) {
        this.core = core;
    }

    @Override
    public void sendDateChanged(LocalDate date) {
        Native.sendDateChanged(core.id(), date.toEpochDay());
    }

    @Override
    public LocalDate ownDate() {
        return core.roster().own().date();
    }

    @Override
    public Optional<LocalDate> hostDate() {
        return core.roster().host().map(CampaignDetails::date);
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
