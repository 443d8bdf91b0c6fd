// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.CampaignMemento;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.HostSession;
import mekhq.distributed.Money;
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
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.team.DailyLog;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.TimelineListener;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferListener;
import mekhq.distributed.transfer.TransferOutcome;

// doc: state
/** One loaded campaign's part in a shared calendar. Everything in here happens on the Swing thread. */
public final class SharedCalendar implements SessionListener, TimelineListener, TeamListener,
        SettlementListener, TransferListener {
    private final Campaign campaign;
    private final String mekhqVersion;
    private final Executor swing;
    private final CampaignMemento memento;
    /** Null while there is none. */
    private Session session;
    private boolean withoutHost;
    private boolean forcesQueued;

    /** The executor is {@code SwingUtilities::invokeLater}. */
    public SharedCalendar(Campaign campaign, String mekhqVersion, String memento, Executor swing) {
        this.campaign = campaign;
        this.mekhqVersion = mekhqVersion;
        this.memento = CampaignMemento.load(campaign.getId(), campaign.getLocalDate(), memento,
                new SharedFinances(campaign));
        // What fell due while the campaign lay in its save, or could not be handed over then.
        this.memento.day(campaign.getLocalDate());
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
                .sessionListener(this).timelineListener(this).teamListener(this)
                .settlementListener(this).transferListener(this);
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
        return withoutHost ? MayAdvance.ALLOWED : memento.mayAdvance(from);
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
        // With a session or without one: what has fallen due is credited now.
        memento.day(event.getCampaign().getLocalDate());
        tell(present -> present.timeline().sendDateChanged(event.getCampaign().getLocalDate()));
    }

    /** In GM mode, and behind the host: the days up to the host date are skipped. */
    public void jump() {
        if (session == null) {
            return;
        }
        session.timeline().hostDate().ifPresent(date -> {
            campaign.setLocalDate(date);
            memento.day(date);
            tell(present -> present.timeline().jump(date));
        });
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

    // doc: wire
    /** More than 0 pays, less asks to be paid. Whatever comes of it is told by the listeners. */
    public void wire(UUID target, long cBills, String memo) {
        if (session == null) {
            campaign.addReport("There is no shared calendar to wire money in.");
            return;
        }
        session.transfers().request(target, Money.cBills(cBills), memo).whenCompleteAsync((request, failure) -> {
            if (failure != null) {
                campaign.addReport("Not wired: " + PlainText.of(failure.getMessage()));
            }
        }, swing);
    }

    /** In MekHQ a dialog, whose answer is transfers().accept or reject. */
    @Override
    public void onTransferRequested(Transfer transfer) {
        campaign.addReport(nameOf(transfer.source()) + " asks: " + transfer.amount().format() + " " + transfer.memo());
    }

    @Override
    public void onTransferCompleted(TransferOutcome outcome) {
        String amount = outcome.amount().map(Money::format).orElse("An unknown amount");
        campaign.addReport(amount + (outcome.accepted() ? " was wired." : " was not wired: " + outcome.reason()));
    }

    /** In MekHQ a question: settlements().retry(), or settlements().skip(). */
    @Override
    public void onSettlementPaused(long number, String reason) {
        campaign.addReport("What was agreed could not be booked: " + PlainText.of(reason));
    }

    /** In MekHQ a question: settlements().exitQuarantine(), or another save. */
    @Override
    public void onQuarantined(long ledgerEnd) {
        campaign.addReport("This save knows of dealings that the host does not know of.");
    }

    private String nameOf(UUID id) {
        return session.roster().find(id).map(CampaignDetails::name).orElse(id.toString());
    }
    // doc end

    // doc: close
    /** For showing the board and the teams; null while there is none. */
    public Session session() {
        return session;
    }

    /** For the save, in the same task on the Swing thread that writes the campaign. */
    public String memento() {
        return memento.text();
    }

    /** The player's choice, also while there is no session. */
    public void continueWithoutHost(boolean alone) {
        withoutHost = alone;
        if (session instanceof RemoteSession) {
            session.timeline().continueWithoutHost(alone);
        }
    }

    /** When the player leaves the shared calendar; the campaign goes on alone. */
    public void leave() {
        campaign.getBus().unregister(this);
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** When another campaign, or another save of this one, is loaded. */
    public void unload() {
        leave();
        memento.close();
    }
    // doc end
}
