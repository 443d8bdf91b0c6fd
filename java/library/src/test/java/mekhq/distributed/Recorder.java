// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceListener;
import mekhq.distributed.roster.Membership;
import mekhq.distributed.roster.RosterListener;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.settlement.Standing;
import mekhq.distributed.team.DailyLog;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.TimelineListener;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferListener;
import mekhq.distributed.transfer.TransferOutcome;

/** Hears everything, writes it down as one line each, and can be waited on. */
class Recorder implements SessionListener, RosterListener, TimelineListener, TeamListener, ForceListener,
        SettlementListener, TransferListener {
    private final List<String> heard = new ArrayList<>();
    private final CompletableFuture<String> session = new CompletableFuture<>();

    <B extends SessionBuilder<B>> B on(B builder) {
        return builder.sessionListener(this).rosterListener(this).timelineListener(this).teamListener(this)
                .forceListener(this).settlementListener(this).transferListener(this);
    }

    /** The id of the session that was joined first. */
    CompletableFuture<String> sessionJoined() {
        return session;
    }

    static Recorder addedTo(Listeners listeners) {
        Recorder recorder = new Recorder();
        listeners.session().add(recorder);
        listeners.roster().add(recorder);
        listeners.timeline().add(recorder);
        listeners.team().add(recorder);
        listeners.force().add(recorder);
        listeners.settlement().add(recorder);
        listeners.transfer().add(recorder);
        return recorder;
    }

    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    long count(String line) {
        return heard().stream().filter(line::equals).count();
    }

    synchronized void await(String line) {
        long end = System.currentTimeMillis() + Await.WATCHDOG_MS;
        while (!heard.contains(line)) {
            long remaining = end - System.currentTimeMillis();
            if (remaining <= 0) {
                throw new AssertionError("never heard: " + line + ", but " + heard);
            }
            try {
                wait(remaining);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private synchronized void hear(String line) {
        heard.add(line);
        notifyAll();
    }

    @Override
    public void onConnected(ConnectedHost host) {
        host.sessionId().ifPresent(id -> session.complete(id.toString()));
        hear("connected " + host.campaign().name() + " " + host.hostVersion() + (host.legacy() ? " legacy" : ""));
    }

    @Override
    public void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
        hear("disconnected " + cause + (reconnecting ? " reconnecting" : ""));
    }

    @Override
    public void onConnectionGivenUp(ErrorCode code, String reason) {
        hear("given up " + code + " " + reason);
    }

    @Override
    public void onRefused(Refusal refusal) {
        hear("refused " + refusal.refused() + " " + refusal.code());
    }

    @Override
    public void onLedgerReadOnly(String reason) {
        hear("ledger read-only: " + reason);
    }

    @Override
    public void onLedgerWritable() {
        hear("ledger writable");
    }

    @Override
    public void onResynchronised() {
        hear("resynchronised");
    }

    @Override
    public void onClosed() {
        hear("closed");
    }

    @Override
    public void onCampaignJoined(CampaignDetails campaign) {
        hear("joined " + campaign.name());
    }

    @Override
    public void onCampaignLeft(CampaignDetails campaign, EndCause cause, String reason) {
        hear("left " + campaign.name() + " " + cause);
    }

    @Override
    public void onMembershipChanged(UUID campaign, Membership change, String reason) {
        hear("membership " + campaign + " " + change + " " + reason);
    }

    @Override
    public void onGmModeChanged(UUID campaign, boolean gmMode) {
        hear("gm " + campaign + " " + gmMode);
    }

    @Override
    public void onLocationChanged(UUID campaign, String systemId, boolean gmMovement) {
        hear("location " + campaign + " " + systemId + " " + gmMovement);
    }

    @Override
    public void onCampaignDateChanged(UUID campaign, LocalDate date) {
        hear("date " + campaign + " " + date);
    }

    @Override
    public void onReadyToAdvance(UUID campaign, LocalDate date) {
        hear("ready " + campaign + " " + date);
    }

    @Override
    public void onMayAdvanceChanged(MayAdvance mayAdvance) {
        hear("may advance " + mayAdvance);
    }

    @Override
    public void onTeamsAssigned(Map<UUID, Integer> teams) {
        hear("teams " + new TreeMap<>(teams));
    }

    @Override
    public void onDailyLog(DailyLog log) {
        hear("log " + log.campaign() + " " + log.date() + " " + log.entries());
    }

    @Override
    public void onToeHidden(UUID campaign) {
        hear("toe hidden " + campaign);
    }

    @Override
    public void onToeUpdated(UUID campaign, Force force) {
        hear("toe " + campaign + " " + force);
    }

    @Override
    public void onConfirmed() {
        hear("confirmed");
    }

    @Override
    public void onSettlementPaused(long number, String reason) {
        hear("paused " + number + " " + reason);
    }

    @Override
    public void onAssetsFailed(String reason) {
        hear("assets failed: " + reason);
    }

    @Override
    public void onPromiseWithdrawn(UUID request) {
        hear("withdrawn " + request);
    }

    @Override
    public void onQuarantined(long ledgerEnd) {
        hear("quarantined " + ledgerEnd);
    }

    @Override
    public void onAdjusted(Adjustment adjustment) {
        hear("adjusted " + adjustment);
    }

    @Override
    public void onStandingChanged(UUID campaign, Standing standing) {
        hear("standing " + campaign + " owes " + standing.debts().stream().map(Money::format).toList()
                + " skipped " + standing.skips());
    }

    @Override
    public void onTransferRequested(Transfer transfer) {
        hear("asked " + transfer.amount().format() + " " + transfer.memo());
    }

    @Override
    public void onTransferCompleted(TransferOutcome outcome) {
        hear("completed " + outcome.amount().map(Money::format).orElse("?")
                + (outcome.accepted() ? "" : " " + outcome.reason()));
    }
}
