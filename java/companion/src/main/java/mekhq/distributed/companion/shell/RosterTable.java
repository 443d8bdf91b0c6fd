// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.roster.Roster;

/** Everyone in the session as a table: the host first, then this campaign, then the others. */
final class RosterTable {

    private static final List<String> HEADINGS =
            List.of("Campaign", "Date", "Team", "System", "GM", "Active", "Round trip");

    private RosterTable() {
    }

    static List<String> lines(Roster roster, OwnCampaign own) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        UUID ownId = roster.own().id();
        UUID hostId = roster.host().map(CampaignDetails::id).orElse(null);
        roster.host().filter(host -> !host.id().equals(ownId)).ifPresent(host -> rows.add(row(roster, host, "host")));
        rows.add(ownRow(roster.own(), own, ownId.equals(hostId) ? "you, host" : "you"));
        roster.campaigns().stream()
                .filter(campaign -> !campaign.id().equals(hostId))
                .forEach(campaign -> rows.add(row(roster, campaign, "")));
        return Table.aligned(rows);
    }

    private static List<String> ownRow(CampaignDetails details, OwnCampaign own, String role) {
        return List.of(name(own.name(), role), own.date().toString(), team(details), Printable.text(own.location()),
                yes(own.gmMode()), "yes", "-");
    }

    private static List<String> row(Roster roster, CampaignDetails campaign, String role) {
        return List.of(name(campaign.name(), role), campaign.date().toString(), team(campaign),
                Printable.text(campaign.location()), yes(campaign.gmMode()), yes(campaign.active()),
                roster.roundTrip(campaign.id()).map(RosterTable::milliseconds).orElse("-"));
    }

    private static String name(String name, String role) {
        return role.isEmpty() ? Printable.text(name) : Printable.text(name) + " (" + role + ")";
    }

    private static String team(CampaignDetails campaign) {
        return campaign.team() == 0 ? "-" : Integer.toString(campaign.team());
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static String milliseconds(Duration roundTrip) {
        return String.format(Locale.ROOT, "%.1f ms", roundTrip.toNanos() / 1e6);
    }
}
