// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.List;

import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.companion.save.CampaignSave;
import mekhq.distributed.companion.save.SaveException;
import mekhq.distributed.companion.save.SaveWatch;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;

/**
 * Tells the session what MekHQ writes into the save, so that a MekHQ that knows nothing of sessions takes part in the
 * common calendar. What has changed in the save since it was last read counts, whatever the player has typed; what has
 * not leaves standing what was typed.
 *
 * <p>The save is looked at on a thread that may wait for a disk; everything else happens on the companion thread.
 */
final class SaveFollower {

    private final SaveWatch watch;
    private final CommandContext context;
    private final LogOutbox outbox;
    private CampaignSave known;

    SaveFollower(SaveWatch watch, CommandContext context, LogOutbox outbox) {
        this.watch = watch;
        this.context = context;
        this.outbox = outbox;
        this.known = watch.first();
    }

    /**
     * Looks at the save. One thread at a time, not the companion thread.
     *
     * @return what is to be done about it on the companion thread, perhaps nothing
     */
    Runnable look() {
        try {
            return watch.look().<Runnable>map(save -> {
                SaveState state = new SaveState(watch.written(), save.date());
                return () -> written(save, state);
            }).orElse(() -> { });
        } catch (SaveException e) {
            return () -> context.screen().event("Your save cannot be read: " + Printable.text(e.getMessage())
                    + ". Nothing is announced until it is written anew.");
        }
    }

    private void written(CampaignSave save, SaveState state) {
        if (!save.id().equals(known.id())) {
            context.screen().event("Your save is another campaign's now, " + Printable.text(save.name())
                    + ": it is not announced. End here, and begin anew with that save.");
            return;
        }
        try {
            if (save.gmMode() != known.gmMode()) {
                tellGmMode(save.gmMode());
            }
            if (!save.location().equals(known.location())) {
                tellLocation(save.location());
            }
            if (!save.date().equals(known.date())) {
                tellDate(save.date());
            }
            tellReport(save.date(), save.reportLinesSince(known));
            known = save;
        } catch (DistributedMekHQException e) {
            context.screen().event("Not announced: " + Printable.text(e.getMessage()) + " (" + e.code() + ")");
        }
        OlderSave.ask(state, context.session().todos(), context.screen());
    }

    private void tellGmMode(boolean gmMode) {
        if (gmMode != context.own().gmMode()) {
            context.session().roster().sendGmModeChanged(gmMode);
            context.own().switchGmMode(gmMode);
            context.screen().event("Your save: GM mode is " + (gmMode ? "on." : "off."));
        }
    }

    /** No save tells a journey from a GM's doing. */
    private void tellLocation(String location) {
        if (!location.equals(context.own().location())) {
            context.session().roster().sendLocationChanged(location, false);
            context.own().travelTo(location);
            context.screen().event("Your save: you are now in " + Printable.text(location) + ".");
        }
    }

    private void tellDate(LocalDate date) {
        LocalDate before = context.own().date();
        if (date.equals(before)) {
            return;
        }
        Timeline timeline = context.session().timeline();
        context.session().day(date);
        timeline.sendDateChanged(date);
        context.own().moveTo(date);
        boolean back = date.isBefore(before);
        context.screen().event("Your save" + (back ? " went back" : "") + ": you are now at " + date + ".");
        MayAdvance answer = timeline.mayAdvance(date);
        if (answer == MayAdvance.AHEAD_OF_HOST || answer == MayAdvance.HOST_LOST) {
            context.screen().event(Reasons.sentence(answer, timeline.hostDate(), 0));
        }
    }

    private void tellReport(LocalDate date, List<String> news) {
        if (!news.isEmpty()) {
            outbox.tell(date, news);
            context.screen().event("Your save: " + (news.size() == 1 ? "1 new report line" : news.size()
                    + " new report lines") + " for your team.");
        }
    }
}
