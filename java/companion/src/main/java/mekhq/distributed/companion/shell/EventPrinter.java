// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.ConnectedHost;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Money;
import mekhq.distributed.Refusal;
import mekhq.distributed.companion.ExitCode;
import mekhq.distributed.force.Force;
import mekhq.distributed.roster.Membership;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.Standing;
import mekhq.distributed.team.DailyLog;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferOutcome;

/** Prints one line for each thing that happens in the session. Used by the companion thread only. */
final class EventPrinter implements SessionEvents {

    private static final int LOG_LINES_MAX = 40;

    private final Screen screen;
    private final OwnCampaign own;
    private final LogOutbox outbox;
    private final Shell shell;
    private final Map<UUID, Integer> teams = new HashMap<>();
    /** Null until the session is open; one that never opens has events too: its last. */
    private OpenSession session;
    private boolean connectedBefore;
    private boolean connected;
    private boolean waiting;

    EventPrinter(Screen screen, OwnCampaign own, LogOutbox outbox, Shell shell) {
        this.screen = screen;
        this.own = own;
        this.outbox = outbox;
        this.shell = shell;
    }

    /** The session is open; events follow. */
    void opened(OpenSession opened, SaveState save) {
        session = opened;
        opened.todos().open().forEach(this::toBeBooked);
        opened.todos().whenNew(this::toBeBooked);
        OlderSave.ask(save, opened.todos(), screen);
        opened.hostedPort().ifPresent(port -> {
            screen.event("Hosting " + Printable.text(own.name()) + " at " + own.date() + " on port " + port + ".");
            opened.invitation().ifPresent(invitation -> invite(invitation, opened.fingerprint()));
            outbox.open(opened.teams());
            shell.begin();
        });
    }

    private void invite(String invitation, Optional<String> fingerprint) {
        screen.event(fingerprint
                .map(shown -> "Others know this host by the fingerprint " + shown + ".")
                .orElse("Nothing is encrypted: whoever stands in between reads everything, a password too."));
        screen.event("Whoever has this invitation can join: " + invitation);
    }

    @Override
    public void onConnected(ConnectedHost host) {
        connected = true;
        if (connectedBefore) {
            screen.event("Connected again.");
            showBoard();
        } else {
            connectedBefore = true;
            welcome(host);
            shell.begin();
        }
        outbox.open(session.teams());
    }

    private void welcome(ConnectedHost host) {
        CampaignDetails campaign = host.campaign();
        screen.event(Printable.text(own.name()) + " at " + own.date() + " joined the session of "
                + Printable.text(campaign.name()) + " at " + campaign.date() + " (MekHQ "
                + Printable.text(host.hostVersion()) + ").");
        if (host.legacy()) {
            screen.event("The host is of the older kind: dates, GM mode, systems and forces are all it knows.");
        }
    }

    @Override
    public void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
        connected = false;
        outbox.close();
        boolean clean = Endings.clean(cause);
        if (reconnecting && cause == EndCause.LEAVING) {
            screen.event("You loaded another save: connecting anew.");
            return;
        }
        if (reconnecting && !(clean && shell.endsWithHost())) {
            screen.event(Endings.ofHost(cause) + ": trying again.");
            return;
        }
        screen.event(withReason(Endings.ofHost(cause), clean ? "" : reason));
        shell.finish(clean ? ExitCode.OK : ExitCode.REFUSED_OR_UNREACHABLE);
    }

    @Override
    public void onConnectionGivenUp(ErrorCode code, String reason) {
        screen.event(withReason("The host does not take this campaign again (" + code + ")", reason));
        shell.finish(ExitCode.REFUSED_OR_UNREACHABLE);
    }

    @Override
    public void onRefused(Refusal refusal) {
        screen.event(withReason("Refused: " + Printable.text(refusal.refused()) + " (" + refusal.code() + ")",
                refusal.reason()));
    }

    @Override
    public void onResynchronised() {
        screen.event("Too much happened to show it all. This is how things stand:");
        RosterTable.lines(session.roster(), own).forEach(screen::line);
        waiting = !session.timeline().mayAdvance(own.date()).isAllowed();
    }

    @Override
    public void onClosed() {
        if (session != null) {
            screen.event("Session closed.");
        }
        shell.closed();
    }

    @Override
    public void onCampaignJoined(CampaignDetails campaign) {
        if (campaign.team() > 0) {
            teams.put(campaign.id(), campaign.team());
        }
        screen.event(Printable.text(campaign.name()) + " joined at " + campaign.date() + " in "
                + Printable.text(campaign.location()) + ".");
    }

    @Override
    public void onCampaignLeft(CampaignDetails campaign, EndCause cause, String reason) {
        screen.event(withReason(Printable.text(campaign.name()) + " " + Endings.ofRemote(cause), reason));
    }

    @Override
    public void onMembershipChanged(UUID campaign, Membership change, String reason) {
        String name = session.members().flatMap(members -> members.find(campaign))
                .map(member -> Printable.text(member.campaign().name())).orElse(campaign.toString());
        screen.event(withReason(name + " " + Endings.of(change), reason));
    }

    @Override
    public void onGmModeChanged(UUID campaign, boolean gmMode) {
        screen.event(nameOf(campaign) + " switched GM mode " + (gmMode ? "on." : "off."));
    }

    @Override
    public void onLocationChanged(UUID campaign, String systemId, boolean gmMovement) {
        screen.event(nameOf(campaign) + " is now in " + Printable.text(systemId)
                + (gmMovement ? " (moved by a GM)." : "."));
    }

    @Override
    public void onCampaignDateChanged(UUID campaign, LocalDate date) {
        screen.event(nameOf(campaign) + " is now at " + date + ".");
    }

    @Override
    public void onReadyToAdvance(UUID campaign, LocalDate date) {
        screen.event(nameOf(campaign) + " is ready to advance from " + date + ".");
    }

    @Override
    public void onMayAdvanceChanged(MayAdvance mayAdvance) {
        if (mayAdvance.isAllowed() && waiting && connected) {
            String host = session.timeline().hostDate().map(date -> ": the host is at " + date).orElse("");
            screen.event("You may advance" + host + ".");
        }
        waiting = mayAdvance == MayAdvance.HOST_LOST ? waiting : !mayAdvance.isAllowed();
    }

    /** The first word on a campaign's team goes with its coming; every later one is news. */
    @Override
    public void onTeamsAssigned(Map<UUID, Integer> assigned) {
        assigned.forEach((campaign, team) -> {
            Integer before = teams.put(campaign, team);
            if (before != null && !before.equals(team)) {
                boolean ours = campaign.equals(session.roster().own().id());
                screen.event((ours ? "You are" : nameOf(campaign) + " is") + " now on team " + team + ".");
            }
        });
    }

    @Override
    public void onDailyLog(DailyLog log) {
        String heading = nameOf(log.campaign()) + ", " + log.date() + ": ";
        List<String> lines = log.entries();
        lines.stream().limit(LOG_LINES_MAX).forEach(line -> screen.event(heading + Printable.text(line).strip()));
        if (lines.size() > LOG_LINES_MAX) {
            screen.event(heading + "… and " + (lines.size() - LOG_LINES_MAX) + " more lines.");
        }
    }

    @Override
    public void onToeUpdated(UUID campaign, Force force) {
        screen.event(nameOf(campaign) + " published its forces: " + units(force) + " units.");
    }

    @Override
    public void onToeHidden(UUID campaign) {
        screen.event(nameOf(campaign) + " shows you its forces no longer.");
    }

    private void toBeBooked(Todo item) {
        screen.event("To be booked in MekHQ: " + item.number() + "  " + item.sentence() + ". Type done "
                + item.number() + " when it is.");
    }

    @Override
    public void onTransferRequested(Transfer transfer) {
        String name = NamedTransfer.name(transfer.request());
        screen.event(nameOf(transfer.source()) + " asks for wire transfer " + name + ": "
                + NamedTransfer.sentence(transfer, own.id(), session.roster()) + ". Type accept " + name + " or reject "
                + name + ".");
    }

    @Override
    public void onTransferCompleted(TransferOutcome outcome) {
        String name = NamedTransfer.name(outcome.request());
        String amount = outcome.amount().map(money -> " over " + money.abs().format()).orElse("");
        boolean asked = outcome.source().equals(own.id());
        session.todos().describe(outcome.request(),
                "wire " + name + " with " + nameOf(asked ? outcome.target() : outcome.source()));
        screen.event("Wire transfer " + name + amount + (outcome.accepted() ? " is completed."
                : " is rejected" + (outcome.reason() == ErrorCode.UNKNOWN ? "." : " (" + outcome.reason() + ").")));
    }

    @Override
    public void onSettlementPaused(long number, String reason) {
        screen.event(withReason("What was agreed cannot be settled yet; type retry, or skip to do without it", reason));
    }

    @Override
    public void onQuarantined(long ledgerEnd) {
        screen.event("Your save knows of dealings that the host does not know of: load another one, or type "
                + "leave-quarantine to go on from what the host knows.");
    }

    @Override
    public void onStandingChanged(UUID campaign, Standing standing) {
        String owes = standing.debts().stream().map(Money::format).collect(Collectors.joining(", "));
        String skipped = standing.skips().isEmpty() ? "" : " has skipped what was settled";
        String open = owes.isEmpty() ? skipped : " owes " + owes + (skipped.isEmpty() ? "" : ", and" + skipped);
        screen.event(nameOf(campaign) + (standing.isClean() ? " owes nothing any more" : open) + ".");
    }

    @Override
    public void onAdjusted(Adjustment adjustment) {
        screen.event(withReason("The host sets right what " + nameOf(adjustment.campaign()) + " has",
                adjustment.reason()));
    }

    /** What changed while the host was out of reach is told by no event. */
    private void showBoard() {
        if (!screen.showsBoard()) {
            BoardTable.lines(session, own).forEach(screen::line);
        }
    }

    private String nameOf(UUID campaign) {
        return session.roster().find(campaign).map(details -> Printable.text(details.name()))
                .orElse(campaign.toString());
    }

    private static int units(Force force) {
        return force.units().size() + force.subForces().stream().mapToInt(EventPrinter::units).sum();
    }

    private static String withReason(String sentence, String reason) {
        String text = Printable.text(reason).strip();
        if (text.isEmpty()) {
            return sentence + ".";
        }
        return sentence + ": " + text + (text.endsWith(".") ? "" : ".");
    }
}
