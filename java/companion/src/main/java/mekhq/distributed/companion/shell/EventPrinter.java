// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.UUID;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.ConnectedHost;
import mekhq.distributed.EndCause;
import mekhq.distributed.Refusal;
import mekhq.distributed.companion.ExitCode;
import mekhq.distributed.force.Force;

/** Prints one line for each thing that happens in the session. Used by the companion thread only. */
final class EventPrinter implements SessionEvents {

    private final Screen screen;
    private final OwnCampaign own;
    private final Shell shell;
    /** Null until the session is open; one that never opens has events too: its last. */
    private OpenSession session;

    EventPrinter(Screen screen, OwnCampaign own, Shell shell) {
        this.screen = screen;
        this.own = own;
        this.shell = shell;
    }

    /** The session is open; events follow. */
    void opened(OpenSession opened) {
        session = opened;
        opened.hostedPort().ifPresent(port -> {
            screen.event("Hosting " + Printable.text(own.name()) + " at " + own.date() + " on port " + port + ".");
            shell.readCommands();
        });
    }

    @Override
    public void onConnected(ConnectedHost host) {
        CampaignDetails campaign = host.campaign();
        screen.event(Printable.text(own.name()) + " at " + own.date() + " joined the session of "
                + Printable.text(campaign.name()) + " at " + campaign.date() + " (MekHQ "
                + Printable.text(host.hostVersion()) + ").");
        if (host.legacy()) {
            screen.event("The host is of the older kind: dates, GM mode, systems and forces are all it knows.");
        }
        shell.readCommands();
    }

    @Override
    public void onDisconnected(EndCause cause, String reason) {
        boolean clean = Endings.clean(cause);
        screen.event(withReason(Endings.ofHost(cause), clean ? "" : reason));
        shell.finish(clean ? ExitCode.OK : ExitCode.REFUSED_OR_UNREACHABLE);
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
        screen.event(Printable.text(campaign.name()) + " joined at " + campaign.date() + " in "
                + Printable.text(campaign.location()) + ".");
    }

    @Override
    public void onCampaignLeft(CampaignDetails campaign, EndCause cause, String reason) {
        screen.event(withReason(Printable.text(campaign.name()) + " " + Endings.ofRemote(cause), reason));
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
    public void onToeUpdated(UUID campaign, Force force) {
        screen.event(nameOf(campaign) + " published its forces: " + units(force) + " units.");
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
