// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceVisibility;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Daily logs and TOEs reach exactly those they may (protocol.md section 4): Anna is on the host's team, Ben and Cara
 * are on one of their own, Dora is on nobody's.
 */
class PrivacyTest {
    private static final Map<String, Set<String>> TEAMMATES = Map.of("Host", Set.of("Anna"), "Anna", Set.of("Host"),
            "Ben", Set.of("Cara"), "Cara", Set.of("Ben"), "Dora", Set.of());
    private static final List<String> NAMES = List.of("Host", "Anna", "Ben", "Cara", "Dora");

    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Recorder> recorders = new LinkedHashMap<>();
    private Play play;
    private int delivered;
    private int withheld;

    @BeforeEach
    void joinTeams() {
        play = new Play(Campaigns.host("Host"));
        sessions.put("Host", play.host);
        recorders.put("Host", play.hostRecorder);
        NAMES.subList(1, NAMES.size()).forEach(this::join);
        play.host.teams().assign(id("Anna"), 1);
        play.host.teams().assign(id("Ben"), 7);
        play.host.teams().assign(id("Cara"), 7);
        Await.until("teams", () -> sessions.values().stream().allMatch(session ->
                session.teams().teamOf(id("Cara")) == 7 && session.teams().teamOf(id("Dora")) > 1));
    }

    @AfterEach
    void close() {
        play.close();
    }

    @Test
    void aDailyLogReachesTheTeammatesAndNobodyElseTheHostIncluded() {
        for (String sender : NAMES) {
            sessions.get(sender).teams().sendDailyLog(Campaigns.START, List.of("day of " + sender));
            passBehind(sender);
        }
        for (String sender : NAMES) {
            assertHeard("log " + id(sender) + " " + Campaigns.START + " [day of " + sender + "]", sender,
                    TEAMMATES.get(sender));
        }
        print("daily logs");
    }

    @Test
    void aToeReachesTheTeammatesAndNobodyElseTheHostIncluded() {
        for (String sender : NAMES) {
            sessions.get(sender).forces().sendToeUpdated(forceOf(sender));
            passBehind(sender);
        }
        for (String sender : NAMES) {
            assertHeard(toeOf(sender), sender, TEAMMATES.get(sender));
            for (String viewer : NAMES) {
                boolean sees = viewer.equals(sender) || TEAMMATES.get(sender).contains(viewer);
                assertThat(sessions.get(viewer).forces().find(id(sender)).isPresent())
                        .as("%s sees the TOE of %s", viewer, sender).isEqualTo(sees);
            }
        }
        print("TOEs");
    }

    @Test
    void whoComesToATeamSeesItsToesAndWhoLeftItHearsNothingNew() {
        sessions.get("Ben").forces().sendToeUpdated(forceOf("Ben"));
        recorders.get("Cara").await(toeOf("Ben"));
        play.host.teams().assign(id("Dora"), 7);
        recorders.get("Dora").await(toeOf("Ben"));
        play.host.teams().assign(id("Cara"), 8);
        Await.until("the new team", () -> sessions.get("Ben").teams().teamOf(id("Cara")) == 8);

        sessions.get("Ben").teams().sendDailyLog(Campaigns.START, List.of("secret"));
        sessions.get("Ben").forces().sendToeUpdated(Campaigns.force(9));
        passBehind("Ben");
        String log = "log " + id("Ben") + " " + Campaigns.START + " [secret]";
        assertHeard(log, "Ben", Set.of("Dora"));
        assertHeard("toe " + id("Ben") + " " + Campaigns.force(9), "Ben", Set.of("Dora"));
    }

    @Test
    void whereEveryoneMaySeeToesTheyReachEveryoneAndLogsStillOnlyTheTeam() {
        sessions.get("Ben").forces().sendToeUpdated(forceOf("Ben"));
        recorders.get("Cara").await(toeOf("Ben"));
        play.host.forces().setVisibility(ForceVisibility.EVERYONE);
        List.of("Host", "Anna", "Dora").forEach(viewer -> recorders.get(viewer).await(toeOf("Ben")));
        Recorder late = new Recorder();
        play.join("Late", late);
        late.await(toeOf("Ben"));

        sessions.get("Ben").teams().sendDailyLog(Campaigns.START, List.of("ours"));
        passBehind("Ben");
        assertHeard("log " + id("Ben") + " " + Campaigns.START + " [ours]", "Ben", Set.of("Cara"));
    }

    @Test
    void whoWasAwayGetsOnItsReturnWhatItMayAndNothingElse() {
        sessions.get("Cara").close();
        sessions.get("Dora").close();
        play.hostRecorder.await("left Cara LEAVING");
        play.hostRecorder.await("left Dora LEAVING");
        List<String> present = List.of("Host", "Anna", "Ben");
        for (String sender : present) {
            sessions.get(sender).teams().sendDailyLog(Campaigns.START, List.of("day of " + sender));
            sessions.get(sender).forces().sendToeUpdated(forceOf(sender));
            passBehind(sender, present);
        }
        join("Cara");
        join("Dora");
        recorders.get("Cara").await("log " + id("Ben") + " " + Campaigns.START + " [day of Ben]");
        recorders.get("Cara").await(toeOf("Ben"));
        passBehind("Host");

        assertThat(confidential("Cara")).containsExactlyInAnyOrder(toeOf("Ben"),
                "log " + id("Ben") + " " + Campaigns.START + " [day of Ben]");
        assertThat(confidential("Dora")).isEmpty();
        Figures.print("messages kept for an absent teammate and delivered on its return", 2);
    }

    /** What follows on each way tells that nothing that went before is still under way. */
    private void passBehind(String sender) {
        passBehind(sender, NAMES);
    }

    private void passBehind(String sender, List<String> present) {
        sessions.get(sender).roster().sendGmModeChanged(true);
        for (String recipient : present) {
            if (!recipient.equals(sender)) {
                recorders.get(recipient).await("gm " + id(sender) + " true");
            }
        }
    }

    private void assertHeard(String line, String sender, Set<String> expected) {
        Set<String> heardBy = NAMES.stream().filter(name -> recorders.get(name).count(line) > 0)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(heardBy).as(line).isEqualTo(new TreeSet<>(expected));
        delivered += heardBy.size();
        withheld += NAMES.size() - 1 - heardBy.size();
        assertThat(recorders.get(sender).count(line)).as("its sender").isZero();
    }

    /** What a campaign heard of logs and TOEs. */
    private List<String> confidential(String name) {
        List<String> heard = new ArrayList<>(recorders.get(name).heard());
        heard.removeIf(line -> !line.startsWith("log ") && !line.startsWith("toe "));
        return heard;
    }

    private void join(String name) {
        Recorder recorder = new Recorder();
        recorders.put(name, recorder);
        sessions.put(name, play.join(name, recorder));
    }

    private void print(String what) {
        Figures.print(what + " delivered to those who may have them", delivered);
        Figures.print(what + " withheld from those who may not", withheld);
    }

    private static UUID id(String name) {
        return Campaigns.named(name).id();
    }

    private static Force forceOf(String name) {
        return Campaigns.force(1 + NAMES.indexOf(name));
    }

    private static String toeOf(String name) {
        return "toe " + id(name) + " " + forceOf(name);
    }
}
