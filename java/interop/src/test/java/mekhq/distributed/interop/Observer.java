// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import java.time.LocalDate;
import java.util.UUID;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.ConnectedHost;
import mekhq.distributed.EndCause;
import mekhq.distributed.Refusal;
import mekhq.distributed.SessionListener;
import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceListener;
import mekhq.distributed.roster.RosterListener;
import mekhq.distributed.timeline.TimelineListener;

/** Hears everything that a session of ours tells, as values that can be compared. */
final class Observer implements SessionListener, RosterListener, TimelineListener, ForceListener {
    /** Anything heard. */
    sealed interface Heard {}

    record Connected(ConnectedHost host) implements Heard {}

    record Disconnected(EndCause cause) implements Heard {}

    record RefusedBy(Refusal refusal) implements Heard {}

    record Closed() implements Heard {}

    record Joined(CampaignDetails campaign) implements Heard {}

    record Left(CampaignDetails campaign, EndCause cause) implements Heard {}

    record GmMode(UUID campaign, boolean gmMode) implements Heard {}

    record Location(UUID campaign, String systemId, boolean gmMovement) implements Heard {}

    record Date(UUID campaign, LocalDate date) implements Heard {}

    record Toe(UUID campaign, Force force) implements Heard {}

    private final Mailbox<Heard> heard = new Mailbox<>();

    Mailbox<Heard> heard() {
        return heard;
    }

    /** Waits until exactly this is heard. */
    void await(Heard expected) {
        heard.await(expected.toString(), expected::equals);
    }

    /** Waits until something of this kind is heard, and returns it. */
    <T extends Heard> T await(Class<T> kind) {
        return kind.cast(heard.await(kind.getSimpleName(), kind::isInstance));
    }

    /** Waits until a campaign joined. Its team is the host's business and left out. */
    void awaitJoined(CampaignDetails campaign) {
        heard.await(
                campaign + " joining",
                item -> item instanceof Joined joined
                        && withoutTeam(joined.campaign()).equals(Campaigns.active(campaign)));
    }

    /** Waits until a campaign left, and tells how. */
    EndCause awaitLeft(UUID campaign) {
        Heard left = heard.await(
                campaign + " leaving",
                item -> item instanceof Left candidate && candidate.campaign().id().equals(campaign));
        return ((Left) left).cause();
    }

    @Override
    public void onConnected(ConnectedHost host) {
        heard.add(new Connected(host));
    }

    @Override
    public void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
        heard.add(new Disconnected(cause));
    }

    @Override
    public void onRefused(Refusal refusal) {
        heard.add(new RefusedBy(refusal));
    }

    @Override
    public void onClosed() {
        heard.add(new Closed());
    }

    @Override
    public void onCampaignJoined(CampaignDetails campaign) {
        heard.add(new Joined(campaign));
    }

    @Override
    public void onCampaignLeft(CampaignDetails campaign, EndCause cause, String reason) {
        heard.add(new Left(campaign, cause));
    }

    @Override
    public void onGmModeChanged(UUID campaign, boolean gmMode) {
        heard.add(new GmMode(campaign, gmMode));
    }

    @Override
    public void onLocationChanged(UUID campaign, String systemId, boolean gmMovement) {
        heard.add(new Location(campaign, systemId, gmMovement));
    }

    @Override
    public void onCampaignDateChanged(UUID campaign, LocalDate date) {
        heard.add(new Date(campaign, date));
    }

    @Override
    public void onToeUpdated(UUID campaign, Force force) {
        heard.add(new Toe(campaign, force));
    }

    private static CampaignDetails withoutTeam(CampaignDetails details) {
        return details.active() ? Campaigns.active(details) : Campaigns.inactive(details);
    }
}
