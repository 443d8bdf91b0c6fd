// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import mekhq.distributed.force.Force;
import mekhq.distributed.internal.proto.CampaignDateChanged;
import mekhq.distributed.internal.proto.GMModeChanged;
import mekhq.distributed.internal.proto.LocationChanged;
import mekhq.distributed.internal.proto.ReadyToAdvance;
import mekhq.distributed.internal.proto.TOEUpdated;
import mekhq.distributed.internal.proto.bridge.CampaignLeft;
import mekhq.distributed.internal.proto.bridge.ConnectFailed;
import mekhq.distributed.internal.proto.bridge.Disconnected;
import mekhq.distributed.internal.proto.bridge.Event;
import mekhq.distributed.internal.proto.bridge.LedgerState;
import mekhq.distributed.internal.proto.bridge.MayAdvanceChanged;
import mekhq.distributed.internal.proto.bridge.StandingChanged;
import mekhq.distributed.internal.proto.bridge.MembershipChanged;
import mekhq.distributed.settlement.Standing;
import mekhq.distributed.team.DailyLog;
import mekhq.distributed.timeline.MayAdvance;

/** Turns an event into calls of the listeners that it concerns. */
final class EventDispatcher {
    private final Listeners listeners;
    private final Caller caller;
    private final Runnable booksWaiting;

    /** How a listener is called. */
    interface Caller {
        /** The last call of a session takes place although it has been closed. Must not throw. */
        void call(Runnable listenerCall, boolean last);
    }

    /** Runs booksWaiting whenever something waits for the campaign's books, or may. */
    EventDispatcher(Listeners listeners, Caller caller, Runnable booksWaiting) {
        this.listeners = listeners;
        this.caller = caller;
        this.booksWaiting = booksWaiting;
    }

    void dispatch(Event event) {
        switch (event.getEventCase()) {
            case CONNECTED -> connected(Convert.toConnectedHost(event.getConnected()));
            case CONNECT_FAILED -> givenUp(event.getConnectFailed());
            case HOST_DISTRUSTED -> distrusted(Convert.toDistrustedHost(event.getHostDistrusted()));
            case DISCONNECTED -> disconnected(event.getDisconnected());
            case CAMPAIGN_JOINED -> joined(Convert.toCampaign(event.getCampaignJoined()));
            case CAMPAIGN_LEFT -> left(event.getCampaignLeft());
            case CAMPAIGN_DATE_CHANGED -> dateChanged(event.getCampaignDateChanged());
            case GM_MODE_CHANGED -> gmModeChanged(event.getGmModeChanged());
            case LOCATION_CHANGED -> locationChanged(event.getLocationChanged());
            case TOE_UPDATED -> toeUpdated(event.getToeUpdated());
            case TOE_HIDDEN -> toeHidden(UUID.fromString(event.getToeHidden()));
            case STANDING_CHANGED -> standingChanged(event.getStandingChanged());
            case TEAM_ASSIGNMENT -> teamsAssigned(TeamConvert.toTeams(event.getTeamAssignment()));
            case DAILY_LOG -> dailyLog(TeamConvert.toDailyLog(event.getDailyLog()));
            case READY_TO_ADVANCE -> readyToAdvance(event.getReadyToAdvance());
            case MEMBERSHIP_CHANGED -> membershipChanged(event.getMembershipChanged());
            case MAY_ADVANCE_CHANGED -> mayAdvanceChanged(event.getMayAdvanceChanged());
            case LEDGER_CHANGED -> ledgerChanged(event.getLedgerChanged());
            case REFUSED -> refused(Convert.toRefusal(event.getRefused()));
            case BOOKS_WAITING -> booksWaiting.run();
            case RESYNCHRONISED -> resynchronised();
            case CLOSED -> listeners.session().forEach(listener -> caller.call(listener::onClosed, true));
            case EVENT_NOT_SET -> { }
        }
    }

    private <L> void each(List<L> concerned, Consumer<L> call) {
        concerned.forEach(listener -> caller.call(() -> call.accept(listener), false));
    }

    /** The word that something waits for the books may be among what was dropped. */
    private void resynchronised() {
        booksWaiting.run();
        each(listeners.session(), SessionListener::onResynchronised);
    }

    private void connected(ConnectedHost host) {
        each(listeners.session(), listener -> listener.onConnected(host));
    }

    private void distrusted(DistrustedHost host) {
        each(listeners.session(), listener -> listener.onHostDistrusted(host));
    }

    private void disconnected(Disconnected event) {
        EndCause cause = EndCause.fromWire(event.getCauseValue());
        each(listeners.session(),
                listener -> listener.onDisconnected(cause, PlainText.of(event.getReason()), event.getReconnecting()));
    }

    private void givenUp(ConnectFailed event) {
        ErrorCode code = ErrorCode.fromWire(event.getCodeValue());
        each(listeners.session(), listener -> listener.onConnectionGivenUp(code, PlainText.of(event.getReason())));
    }

    private void refused(Refusal refusal) {
        each(listeners.session(), listener -> listener.onRefused(refusal));
    }

    private void ledgerChanged(LedgerState state) {
        String reason = state.getReadOnlyReason();
        each(listeners.session(), listener -> {
            if (reason.isEmpty()) {
                listener.onLedgerWritable();
            } else {
                listener.onLedgerReadOnly(reason);
            }
        });
    }

    private void joined(CampaignDetails campaign) {
        each(listeners.roster(), listener -> listener.onCampaignJoined(campaign));
    }

    private void left(CampaignLeft event) {
        CampaignDetails campaign = Convert.toCampaign(event.getCampaign());
        EndCause cause = EndCause.fromWire(event.getCauseValue());
        each(listeners.roster(), listener -> listener.onCampaignLeft(campaign, cause, PlainText.of(event.getReason())));
    }

    private void gmModeChanged(GMModeChanged event) {
        UUID campaign = UUID.fromString(event.getId());
        each(listeners.roster(), listener -> listener.onGmModeChanged(campaign, event.getValue()));
    }

    private void locationChanged(LocationChanged event) {
        UUID campaign = UUID.fromString(event.getId());
        each(listeners.roster(),
                listener -> listener.onLocationChanged(campaign, PlainText.of(event.getLocation()), event.getIsGmMovement()));
    }

    private void dateChanged(CampaignDateChanged event) {
        UUID campaign = UUID.fromString(event.getId());
        LocalDate date = LocalDate.parse(event.getDate());
        each(listeners.timeline(), listener -> listener.onCampaignDateChanged(campaign, date));
    }

    private void readyToAdvance(ReadyToAdvance event) {
        UUID campaign = UUID.fromString(event.getId());
        LocalDate date = LocalDate.parse(event.getDate());
        each(listeners.timeline(), listener -> listener.onReadyToAdvance(campaign, date));
    }

    private void membershipChanged(MembershipChanged event) {
        UUID campaign = UUID.fromString(event.getCampaign());
        MemberConvert.toMembership(event.getChange()).ifPresent(change -> each(listeners.roster(),
                listener -> listener.onMembershipChanged(campaign, change, PlainText.of(event.getReason()))));
    }

    private void mayAdvanceChanged(MayAdvanceChanged event) {
        MayAdvance mayAdvance = TimelineConvert.toMayAdvance(event.getMayAdvanceValue());
        each(listeners.timeline(), listener -> listener.onMayAdvanceChanged(mayAdvance));
    }

    private void teamsAssigned(Map<UUID, Integer> teams) {
        each(listeners.team(), listener -> listener.onTeamsAssigned(teams));
    }

    private void dailyLog(DailyLog log) {
        each(listeners.team(), listener -> listener.onDailyLog(log));
    }

    private void standingChanged(StandingChanged event) {
        UUID campaign = UUID.fromString(event.getCampaign());
        Standing standing = SettlementConvert.toStanding(event.getStanding());
        each(listeners.settlement(), listener -> listener.onStandingChanged(campaign, standing));
    }

    private void toeHidden(UUID campaign) {
        each(listeners.force(), listener -> listener.onToeHidden(campaign));
    }

    private void toeUpdated(TOEUpdated event) {
        UUID campaign = UUID.fromString(event.getId());
        Force force = ForceConvert.toForce(event.getForce());
        each(listeners.force(), listener -> listener.onToeUpdated(campaign, force));
    }
}
