// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

import java.time.LocalDate;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.HostSession;
import mekhq.distributed.Memento;
import mekhq.distributed.PlainText;
import mekhq.distributed.Refusal;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.Session;
import mekhq.distributed.SessionBuilder;
import mekhq.distributed.SessionListener;
import mekhq.distributed.integration.CampaignEvent.DayEndingEvent;
import mekhq.distributed.integration.CampaignEvent.GMModeEvent;
import mekhq.distributed.integration.CampaignEvent.LocationChangedEvent;
import mekhq.distributed.integration.CampaignEvent.NewDayEvent;
import mekhq.distributed.integration.CampaignEvent.OrganizationChangedEvent;
import mekhq.distributed.team.DailyLog;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.TimelineListener;

// doc: state
/** One loaded campaign's part in a shared calendar. Everything in here happens on the Swing thread. */
public final class SharedCalendar implements SessionListener, TimelineListener, TeamListener {
    private final Campaign campaign;
    private final String mekhqVersion;
    private final Executor swing;
    /** Null while there is none. */
    private Session session;
    /** As the save has it; empty when the campaign was never in a session. */
    private String memento;
    private boolean withoutHost;
    private boolean forcesQueued;

    /** The executor is {@code SwingUtilities::invokeLater}. */
    public SharedCalendar(Campaign campaign, String mekhqVersion, String memento, Executor swing) {
        this.campaign = campaign;
        this.mekhqVersion = mekhqVersion;
        this.memento = memento;
        this.swing = swing;
        campaign.getBus().register(this);
    }
// doc end

    // doc: open
    public void host(HostSession.Builder builder) {
        began(prepared(builder).start());
    }

    public void join(RemoteSession.Builder builder) {
        prepared(builder).connect().whenCompleteAsync((joined, failure) -> {
            if (failure == null) {
                began(joined);
            } else {
                campaign.addReport("The shared calendar is out of reach: " + PlainText.of(failure.getMessage()));
            }
        }, swing);
    }

    private <B extends SessionBuilder<B>> B prepared(B builder) {
        return builder.campaign(CampaignDetails.of(campaign.getId(), campaign.getName(), campaign.getLocalDate(),
                        campaign.getCurrentSystemId(), campaign.isGM()))
                .memento(memento).mekhqVersion(mekhqVersion).executor(swing)
                .sessionListener(this).timelineListener(this).teamListener(this);
    }

    /** The campaign may have moved on while the connection was made. */
    private void began(Session begun) {
        session = begun;
        withoutHost = false;
        CampaignDetails told = begun.roster().own();
        if (!told.date().equals(campaign.getLocalDate())) {
            tell(present -> present.timeline().sendDateChanged(campaign.getLocalDate()));
        }
        if (told.gmMode() != campaign.isGM()) {
            tell(present -> present.roster().sendGmModeChanged(campaign.isGM()));
        }
        if (!told.rawLocation().equals(campaign.getCurrentSystemId())) {
            tell(present -> present.roster().sendLocationChanged(campaign.getCurrentSystemId(), false));
        }
        sendForces();
    }
    // doc end

    // doc: gate
    /** The bus lets a day through when a handler throws, hence the catch; a day that is kept is kept with a reason. */
    @Subscribe
    public void handle(DayEndingEvent event) {
        String obstacle;
        try {
            obstacle = obstacleTo(mayAdvance(event.getCampaign().getLocalDate()));
        } catch (Throwable e) {
            obstacle = "The shared calendar could not be asked: " + e;
        }
        if (obstacle != null) {
            event.cancel();
            campaign.addReport(PlainText.of(obstacle));
        }
    }

    private MayAdvance mayAdvance(LocalDate from) {
        if (session != null) {
            return session.timeline().mayAdvance(from);
        }
        return withoutHost ? MayAdvance.ALLOWED : Memento.mayAdvance(memento, from);
    }

    private String obstacleTo(MayAdvance answer) {
        return switch (answer) {
            case ALLOWED -> null;
            case WAIT_FOR_HOST -> {
                session.timeline().readyToAdvance();
                yield "The host has not reached tomorrow yet. It knows that you are ready.";
            }
            case AHEAD_OF_HOST -> "You are past the host's date: wait until the host has passed yours.";
            case HOST_LOST -> "The host is out of reach. Continue without it, or wait.";
            case SCENARIO_PENDING -> "A shared scenario of today is still to be played.";
            case UNKNOWN -> "The shared calendar keeps this day, for a reason that this version does not know.";
        };
    }
    // doc end

    // doc: announce
    @Subscribe
    public void handle(NewDayEvent event) {
        tell(present -> present.timeline().sendDateChanged(event.getCampaign().getLocalDate()));
    }

    @Subscribe
    public void handle(GMModeEvent event) {
        tell(present -> present.roster().sendGmModeChanged(event.isGMMode()));
    }

    @Subscribe
    public void handle(LocationChangedEvent event) {
        String system = event.getCampaign().getCurrentSystemId();
        tell(present -> present.roster().sendLocationChanged(system, !event.isKFJump()));
    }

    /** Fires for each unit that is moved: one TOE is sent for all that happened since Swing was busy. */
    @Subscribe
    public void handle(OrganizationChangedEvent event) {
        if (!forcesQueued) {
            forcesQueued = true;
            swing.execute(this::sendForces);
        }
    }

    private void sendForces() {
        forcesQueued = false;
        tell(present -> present.forces().sendToeUpdated(campaign.getForces()));
    }

    private void tell(Consumer<Session> message) {
        if (session == null) {
            return;
        }
        try {
            message.accept(session);
        } catch (DistributedMekHQException e) {
            campaign.addReport("The others were not told: " + PlainText.of(e.getMessage()));
        }
    }
    // doc end

    // doc: listen
    @Override
    public void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
        campaign.addReport(reconnecting ? "The connection to the host was lost: trying again."
                : "The connection to the host has ended: " + cause + " " + PlainText.of(reason));
    }

    @Override
    public void onConnectionGivenUp(ErrorCode code, String reason) {
        campaign.addReport("The host does not take this campaign back: " + PlainText.of(reason));
    }

    @Override
    public void onRefused(Refusal refusal) {
        campaign.addReport(PlainText.of(refusal.reason()));
    }

    @Override
    public void onDailyLog(DailyLog log) {
        log.entries().forEach(campaign::addReport);
    }
    // doc end

    // doc: close
    /** For showing the board and the teams; null while there is none. */
    public Session session() {
        return session;
    }

    /** For the save, in the same task on the Swing thread that writes the campaign. */
    public String memento() {
        return session == null ? memento : session.memento();
    }

    /** The player's choice, also while there is no session. */
    public void continueWithoutHost(boolean alone) {
        withoutHost = alone;
        if (session instanceof RemoteSession) {
            session.timeline().continueWithoutHost(alone);
        }
    }

    /** When another campaign, or another save of this one, is loaded. */
    public void leave() {
        campaign.getBus().unregister(this);
        if (session != null) {
            session.close();
            memento = session.memento();
            session = null;
        }
    }
    // doc end
}
