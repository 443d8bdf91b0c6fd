// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.CampaignStatus;
import mekhq.distributed.Money;
import mekhq.distributed.settlement.Standing;

/** The commands about the common calendar, the board and the teams. */
class CalendarCommandsTest {

    private final Play play = new Play();

    private final FakeSession remote = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), Runnable::run, null);
    private final OwnCampaign remoteOwn = new OwnCampaign(Campaigns.FOXES);
    private final CommandLoop onRemote =
            new CommandLoop(new CommandContext(remote, remoteOwn, play.screen(), code -> { }));

    private final FakeSession host = new FakeSession(Campaigns.LANCERS, OptionalInt.of(3000), Runnable::run, null);
    private final CommandLoop onHost = new CommandLoop(
            new CommandContext(host, new OwnCampaign(Campaigns.LANCERS), play.screen(), code -> { }));

    CalendarCommandsTest() {
        remote.knowHost(Campaigns.LANCERS);
    }

    @Test
    void aRemoteWhoseHostIsLostAdvancesUpToTheDateItKnew() {
        remote.loseHost();
        onRemote.carryOut("advance 6");
        assertThat(play.lines()).containsExactly(
                "The host, last seen at 3025-01-10, is out of reach: you can advance 5 days.");
        onRemote.carryOut("advance 5");
        onRemote.carryOut("advance");
        assertThat(play.lines()).endsWith("The host, last seen at 3025-01-10, is out of reach: wait for it, or play on "
                + "without it by \"offline on\".");
        assertThat(remoteOwn.date()).isEqualTo(LocalDate.of(3025, 1, 10));
    }

    @Test
    void whoPlaysOnWithoutTheHostPassesTheDateItKnew() {
        remote.loseHost();
        onRemote.carryOut("offline on");
        onRemote.carryOut("advance 9");
        onRemote.carryOut("offline off");
        onRemote.carryOut("advance");
        assertThat(remote.sent()).containsExactly("alone true", "date 3025-01-14", "alone false");
        assertThat(play.lines()).containsExactly("14:02  You play on whenever the host is out of reach.",
                "14:02  You are now at 3025-01-14.", "14:02  You wait for the host when it is out of reach.",
                "The host, last seen at 3025-01-10, is out of reach: wait for it, or play on without it by "
                        + "\"offline on\".");
    }

    @Test
    void aScenarioOnTheWayStopsTheAdvance() {
        remote.holdFor(LocalDate.of(3025, 1, 7));
        onRemote.carryOut("advance 3");
        assertThat(remote.sent()).isEmpty();
        assertThat(play.lines()).containsExactly(
                "A shared scenario has to be played first: you can advance 2 days.");
    }

    @Test
    void offlineTakesOnOrOffAndIsForRemotes() {
        onRemote.carryOut("offline");
        onHost.carryOut("offline on");
        assertThat(remote.sent()).isEmpty();
        assertThat(host.sent()).isEmpty();
        assertThat(play.lines()).containsExactly("Usage: offline on|off.",
                "You are the host: there is nobody to wait for.");
    }

    @Test
    void readyTellsTheHost() {
        onRemote.carryOut("date 3025-01-10");
        onRemote.carryOut("ready");
        assertThat(remote.sent()).containsExactly("date 3025-01-10", "ready");
        assertThat(remoteOwn.ready()).isTrue();
        assertThat(play.lines()).endsWith("14:02  You are ready to advance from 3025-01-10.");
    }

    @Test
    void readinessIsForTheDayOnly() {
        onRemote.carryOut("date 3025-01-10");
        onRemote.carryOut("ready");
        remoteOwn.moveTo(LocalDate.of(3025, 1, 11));
        assertThat(remoteOwn.ready()).isFalse();
    }

    @Test
    void whoNeedNotWaitIsNotReady() {
        onRemote.carryOut("ready");
        onHost.carryOut("ready");
        remote.loseHost();
        remoteOwn.moveTo(LocalDate.of(3025, 1, 10));
        onRemote.carryOut("ready");
        assertThat(remote.sent()).isEmpty();
        assertThat(play.lines()).containsExactly("You need not wait: you may advance.",
                "The host waits for nobody: advance when you like.", "The host, last seen at 3025-01-10, is out of "
                        + "reach: wait for it, or play on without it by \"offline on\".");
    }

    @Test
    void jumpSkipsTheDaysUpToTheHostsDateInGmMode() {
        onRemote.carryOut("gm on");
        onRemote.carryOut("jump");
        assertThat(remote.sent()).containsExactly("gm true", "jump 3025-01-10");
        assertThat(remoteOwn.date()).isEqualTo(LocalDate.of(3025, 1, 10));
        assertThat(play.lines()).endsWith("14:02  You jumped to 3025-01-10.");
    }

    @Test
    void onlyWhoIsBehindAndInGmModeJumps() {
        onRemote.carryOut("jump");
        onRemote.carryOut("gm on");
        onRemote.carryOut("date 3025-01-10");
        onRemote.carryOut("jump");
        onHost.carryOut("jump");
        assertThat(remote.sent()).containsExactly("gm true", "date 3025-01-10");
        assertThat(host.sent()).isEmpty();
        assertThat(play.lines()).contains("Only a campaign in GM mode jumps; \"gm on\" switches it on.",
                "You are not behind the host, which is at 3025-01-10.", "You are the host: others jump to your date.");
    }

    @Test
    void teamFindsACampaignByTheBeginningOfItsName() {
        host.know(Campaigns.RAVENS);
        host.know(Campaigns.FOXES);
        onHost.carryOut("team grüne f 2");
        onHost.carryOut("team Ravens  7");
        assertThat(host.sent()).containsExactly("team Grüne Füchse 🦊 2", "team Ravens 7");
        assertThat(play.lines()).isEmpty();
    }

    @Test
    void aWholeNameWinsOverTheBeginningOfAnother() {
        host.know(Campaigns.RAVENS);
        host.know(Campaigns.of(4, "Ravens of Mars", "3025-01-01", "Mars"));
        onHost.carryOut("team ravens 2");
        assertThat(host.sent()).containsExactly("team Ravens 2");
    }

    @Test
    void anAmbiguousNameIsRefusedAndTheIdIsNot() {
        host.know(Campaigns.of(4, "Twin", "3025-01-01", "Mars"));
        host.know(Campaigns.of(5, "Twin", "3025-01-01", "Terra"));
        onHost.carryOut("team tw 2");
        onHost.carryOut("team 00000000-0000-0000-0000-000000000005 2");
        assertThat(play.lines()).containsExactly("Several campaigns are named so: Twin "
                + "(00000000-0000-0000-0000-000000000004), Twin (00000000-0000-0000-0000-000000000005).");
        assertThat(host.sent()).containsExactly("team Twin 2");
    }

    @Test
    void whatCannotBeAssignedIsSaid() {
        host.know(Campaigns.told(Campaigns.RAVENS, "3025-01-07", true, CampaignStatus.BEHIND, false));
        onHost.carryOut("team copper 2");
        onHost.carryOut("team foxes 2");
        onHost.carryOut("team ravens 3");
        onRemote.carryOut("team copper 2");
        assertThat(host.sent()).isEmpty();
        assertThat(play.lines()).containsExactly("The host is always on team 1.", "No campaign is named foxes.",
                "Ravens is on team 3 already.", "Only the host assigns teams.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"team", "team 2", "team Ravens", "team Ravens 0", "team Ravens -1", "team Ravens two",
            "team Ravens 99999999999"})
    void teamTakesACampaignAndANumber(String line) {
        host.know(Campaigns.RAVENS);
        onHost.carryOut(line);
        assertThat(host.sent()).isEmpty();
        assertThat(play.lines()).containsExactly("Usage: team CAMPAIGN NUMBER, with a NUMBER from 1 up.");
    }

    @Test
    void boardShowsHowEveryoneStands() {
        remote.knowHost(Campaigns.told(Campaigns.LANCERS, "3025-01-10", true, CampaignStatus.UNKNOWN, false));
        remote.know(Campaigns.told(Campaigns.RAVENS, "3025-01-10", true, CampaignStatus.LEVEL, true));
        remote.know(Campaigns.told(Campaigns.of(4, "Away", "3025-01-10", "Mars"), "3025-01-09", false,
                CampaignStatus.BEHIND, false));
        remote.know(Campaigns.told(Campaigns.of(5, "Back", "3025-01-10", "Mars"), "3025-01-08", true,
                CampaignStatus.REWOUND, false));
        remote.know(Campaigns.told(Campaigns.of(6, "Ahead", "3025-01-10", "Mars"), "3025-01-12", true,
                CampaignStatus.AHEAD, false));
        CampaignDetails owing = Campaigns.told(Campaigns.of(7, "Owing", "3025-01-10", "Mars"), "3025-01-09", true,
                CampaignStatus.BEHIND, false);
        remote.know(Campaigns.told(owing, new Standing(List.of(Money.cBills(1_500_000)), List.of(4L, 9L))));
        onRemote.carryOut("board");
        assertThat(play.lines()).containsExactly("The host is at 3025-01-10, the latest campaign at 3025-01-12.",
                "Campaign               Date        Days behind  Ready  Standing",
                "Copper Lancers (host)  3025-01-10  -            -      advances freely",
                "Grüne Füchse 🦊 (you)  3025-01-05  5            no     may advance",
                "Ravens                 3025-01-10  0            yes    waits for the host",
                "Away                   3025-01-09  1            no     away",
                "Back                   3025-01-08  2            no     may advance, went back",
                "Ahead                  3025-01-12  -2           no     ahead, waits for the host",
                "Owing                  3025-01-09  1            no     may advance, owes 1,500,000 CSB, skipped 2");
    }

    @Test
    void boardShowsThatTheHostIsOutOfReach() {
        remote.knowHost(Campaigns.told(Campaigns.LANCERS, "3025-01-10", true, CampaignStatus.UNKNOWN, false));
        remote.loseHost();
        remoteOwn.moveTo(LocalDate.of(3025, 1, 10));
        onRemote.carryOut("board");
        assertThat(play.lines()).contains("Copper Lancers (host)  3025-01-10  -            -      out of reach",
                "Grüne Füchse 🦊 (you)  3025-01-10  0            no     waits for the lost host");
    }

    @Test
    void boardOnTheHostShowsItselfFirst() {
        host.know(Campaigns.told(Campaigns.RAVENS, "3025-01-07", true, CampaignStatus.BEHIND, false));
        onHost.carryOut("advance");
        onHost.carryOut("board");
        assertThat(play.lines()).contains("The host is at 3025-01-11, the latest campaign at 3025-01-11.",
                "Copper Lancers (you, host)  3025-01-11  -            -      advances freely");
    }

    @Test
    void aBoardOfManyIsCutToFitTheScreen() {
        for (int i = 10; i < 40; i++) {
            host.know(Campaigns.of(i, "N".repeat(60) + i, "3025-01-01", "Mars"));
        }
        onHost.carryOut("board");
        assertThat(play.lines()).hasSize(20).last().isEqualTo("… and 14 more: \"list\" shows everyone.");
        assertThat(List.of(play.lines().get(3).split("\\s+"))).startsWith("N".repeat(32) + "…", "3025-01-01", "9");
    }
}
