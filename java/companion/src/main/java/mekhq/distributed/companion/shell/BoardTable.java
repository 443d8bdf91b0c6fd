// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.CampaignStatus;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.settlement.Standing;
import mekhq.distributed.timeline.BoardRow;
import mekhq.distributed.timeline.MayAdvance;

/**
 * The board: how each campaign stands to the host date, and why it waits. The host first, then this campaign, then the
 * others. It must fit on a terminal, above the prompt.
 */
final class BoardTable {

    private static final int ROWS_MAX = 16;
    private static final int NAME_CHARS_MAX = 32;

    private BoardTable() {
    }

    /** The lines to show; none once the session is closed. */
    static List<String> lines(OpenSession session, OwnCampaign own) {
        try {
            return open(session, own);
        } catch (DistributedMekHQException e) {
            return List.of();
        }
    }

    private static List<String> open(OpenSession session, OwnCampaign own) {
        UUID ownId = session.roster().own().id();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Campaign", "Date", "Days behind", "Ready", "Standing"));
        session.roster().host().filter(host -> !host.id().equals(ownId))
                .ifPresent(host -> rows.add(hostRow(host, session.connected())));
        rows.add(ownRow(session, own));
        List<BoardRow> others =
                session.timeline().board().stream().filter(row -> !row.campaign().id().equals(ownId)).toList();
        others.stream().limit(ROWS_MAX).forEach(row -> rows.add(row(row)));
        List<String> lines = new ArrayList<>();
        lines.add(heading(session, own));
        lines.addAll(Table.aligned(rows));
        if (others.size() > ROWS_MAX) {
            lines.add("… and " + (others.size() - ROWS_MAX) + " more: \"list\" shows everyone.");
        }
        return lines;
    }

    private static String heading(OpenSession session, OwnCampaign own) {
        LocalDate latest = session.timeline().timelineDate();
        return hostDate(session, own).map(date -> "The host is at " + date).orElse("The host's date is not known yet")
                + ", the latest campaign at " + (latest.isBefore(own.date()) ? own.date() : latest) + ".";
    }

    /** What the own campaign sends becomes part of the timeline a moment later. */
    private static Optional<LocalDate> hostDate(OpenSession session, OwnCampaign own) {
        return session.hostedPort().isPresent() ? Optional.of(own.date()) : session.timeline().hostDate();
    }

    private static List<String> hostRow(CampaignDetails host, boolean connected) {
        return List.of(name(host.name(), " (host)"), host.date().toString(), "-", "-",
                (connected && host.active() ? "advances freely" : "out of reach") + unsettled(host.standing()));
    }

    private static List<String> ownRow(OpenSession session, OwnCampaign own) {
        if (session.hostedPort().isPresent()) {
            return List.of(name(own.name(), " (you, host)"), own.date().toString(), "-", "-",
                    "advances freely" + ownUnsettled(session));
        }
        String lag = session.timeline().hostDate()
                .map(date -> Long.toString(ChronoUnit.DAYS.between(own.date(), date))).orElse("-");
        return List.of(name(own.name(), " (you)"), own.date().toString(), lag, yes(own.ready()),
                standing(session.timeline().mayAdvance(own.date())) + ownUnsettled(session));
    }

    private static String ownUnsettled(OpenSession session) {
        return unsettled(session.roster().own().standing());
    }

    private static List<String> row(BoardRow row) {
        CampaignDetails campaign = row.campaign();
        String standing = campaign.active() ? standing(row.mayAdvance()) : "away";
        String wentBack = campaign.status() == CampaignStatus.REWOUND ? ", went back" : "";
        return List.of(name(campaign.name(), ""), campaign.date().toString(), Long.toString(row.lagDays()),
                yes(campaign.ready()), standing + wentBack + unsettled(campaign.standing()));
    }

    private static String standing(MayAdvance answer) {
        return switch (answer) {
            case ALLOWED -> "may advance";
            case WAIT_FOR_HOST -> "waits for the host";
            case AHEAD_OF_HOST -> "ahead, waits for the host";
            case HOST_LOST -> "waits for the lost host";
            case SCENARIO_PENDING -> "waits for a scenario";
            case UNKNOWN -> "waits";
        };
    }

    /** What its save could not apply: its player has to see to that. */
    private static String unsettled(Standing standing) {
        String debts = standing.debts().stream().map(debt -> ", owes " + debt.format()).collect(Collectors.joining());
        return standing.skips().isEmpty() ? debts : debts + ", skipped " + standing.skips().size();
    }

    private static String name(String name, String role) {
        String text = Printable.text(name);
        int end = text.offsetByCodePoints(0, Math.min(NAME_CHARS_MAX, text.codePointCount(0, text.length())));
        return (end < text.length() ? text.substring(0, end) + "…" : text) + role;
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }
}
