// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import mekhq.distributed.force.Force;

/** A campaign as its save has it, and how it advances. Used on one thread, as Swing does. */
public final class Campaign {
    private final EventBus bus;
    private final UUID id;
    private final String name;
    private final List<String> reports = new ArrayList<>();
    private final Finances finances = new Finances();
    private LocalDate localDate;
    private String currentSystemId = "Outreach";
    private boolean gmMode;
    private Force forces = new Force(0, "All", List.of(), List.of());
    private Error brokenWith;

    public Campaign(EventBus bus, UUID id, String name, LocalDate localDate) {
        this.bus = bus;
        this.id = id;
        this.name = name;
        this.localDate = localDate;
    }

    public EventBus getBus() {
        return bus;
    }

    public UUID getId() {
        return id;
    }

    public String getName() {
        return name;
    }

    public LocalDate getLocalDate() {
        if (brokenWith != null) {
            throw brokenWith;
        }
        return localDate;
    }

    /** What GM mode offers: no day passes, so no event is triggered. */
    public void setLocalDate(LocalDate date) {
        localDate = date;
    }

    public String getCurrentSystemId() {
        return currentSystemId;
    }

    public boolean isGM() {
        return gmMode;
    }

    public Force getForces() {
        return forces;
    }

    public Finances getFinances() {
        return finances;
    }

    public void addReport(String report) {
        reports.add(report);
    }

    public List<String> getReports() {
        return List.copyOf(reports);
    }

    /** From now on whoever asks for the date gets this error; null: no longer. */
    public void breakWith(Error error) {
        brokenWith = error;
    }

    /** Ends the day, unless a handler keeps it. Some dialogs call this directly. Returns whether there is a new day. */
    public boolean newDay() {
        if (bus.triggerEvent(new CampaignEvent.DayEndingEvent(this))) {
            return false;
        }
        localDate = localDate.plusDays(1);
        bus.triggerEvent(new CampaignEvent.NewDayEvent(this));
        return true;
    }

    /** What the dialog for several days does, holding the Swing thread all the while. Returns how many days passed. */
    public int advanceDays(int days) {
        int passed = 0;
        while (passed < days && newDay()) {
            passed++;
        }
        return passed;
    }

    public void setGMMode(boolean on) {
        gmMode = on;
        bus.triggerEvent(new CampaignEvent.GMModeEvent(this, on));
    }

    public void moveTo(String systemId, boolean kfJump) {
        currentSystemId = systemId;
        bus.triggerEvent(new CampaignEvent.LocationChangedEvent(this, kfJump));
    }

    public void setForces(Force changed) {
        forces = changed;
        bus.triggerEvent(new CampaignEvent.OrganizationChangedEvent(this));
    }
}
