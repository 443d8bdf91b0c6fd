// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.ErrorCode;

class CommandsTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8),
            Clock.fixed(Instant.parse("3025-01-01T14:02:00Z"), ZoneOffset.UTC), ScreenKind.LINES);
    private final List<Integer> exits = new ArrayList<>();

    private final FakeSession remote = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), Runnable::run, null);
    private final OwnCampaign remoteOwn = new OwnCampaign(Campaigns.FOXES);
    private final CommandLoop onRemote =
            new CommandLoop(new CommandContext(remote, remoteOwn, screen, exits::add));

    private final FakeSession host = new FakeSession(Campaigns.LANCERS, OptionalInt.of(3000), Runnable::run, null);
    private final OwnCampaign hostOwn = new OwnCampaign(Campaigns.LANCERS);
    private final CommandLoop onHost = new CommandLoop(new CommandContext(host, hostOwn, screen, exits::add));

    CommandsTest() {
        remote.knowHost(Campaigns.LANCERS);
    }

    @Test
    void advanceGoesOneDay() {
        onHost.carryOut("advance");
        assertThat(host.sent()).containsExactly("date 3025-01-11");
        assertThat(lines()).containsExactly("14:02  You are now at 3025-01-11.");
    }

    @Test
    void advancingSeveralDaysAnnouncesWhereTheyLead() {
        onHost.carryOut("advance 3");
        assertThat(host.sent()).containsExactly("date 3025-01-13");
        assertThat(lines()).containsExactly("14:02  You are now at 3025-01-13.");
    }

    @Test
    void aRemoteAdvancesUpToTheHostsDate() {
        onRemote.carryOut("advance 5");
        assertThat(remoteOwn.date()).isEqualTo(LocalDate.of(3025, 1, 10));
    }

    @Test
    void aRemoteNeverAdvancesPastTheHostsDate() {
        onRemote.carryOut("advance 6");
        assertThat(remote.sent()).isEmpty();
        assertThat(lines()).containsExactly("The host is at 3025-01-10: you can advance 5 days.");
    }

    @Test
    void aRemoteAtTheHostsDateWaits() {
        onRemote.carryOut("date 3025-01-10");
        onRemote.carryOut("advance");
        assertThat(remote.sent()).containsExactly("date 3025-01-10");
        assertThat(lines()).endsWith("The host is at 3025-01-10: wait until it has advanced.");
    }

    @Test
    void aRemoteAheadOfTheHostWaits() {
        remoteOwn.moveTo(LocalDate.of(3025, 6, 1));
        onRemote.carryOut("advance");
        assertThat(lines()).containsExactly("The host is at 3025-01-10: wait until it has passed your date.");
    }

    @Test
    void aRemoteThatKnowsNoHostDateStays() {
        remote.forgetHost();
        onRemote.carryOut("advance");
        assertThat(remote.sent()).isEmpty();
        assertThat(lines()).containsExactly("The host's date is not known yet: wait for it, or play on without it by "
                + "\"offline on\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"advance 0", "advance -1", "advance 3661", "advance 1.5", "advance much",
            "advance 99999999999"})
    void advanceTakesDaysInRange(String line) {
        onHost.carryOut(line);
        assertThat(host.sent()).isEmpty();
        assertThat(lines()).containsExactly("Usage: advance [DAYS], with DAYS from 1 to 3660.");
    }

    @Test
    void dateGoesThereAtOnce() {
        onHost.carryOut("date 3025-02-01");
        assertThat(host.sent()).containsExactly("date 3025-02-01");
        assertThat(hostOwn.date()).isEqualTo(LocalDate.of(3025, 2, 1));
    }

    @Test
    void dateOfARemoteNeverPassesTheHosts() {
        onRemote.carryOut("date 3025-01-11");
        assertThat(remote.sent()).isEmpty();
        assertThat(lines()).containsExactly("The host is at 3025-01-10: you can advance 5 days.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"date 3025-01-10", "date 3024-12-31"})
    void dateNeverGoesBack(String line) {
        onHost.carryOut(line);
        assertThat(host.sent()).isEmpty();
        assertThat(lines()).containsExactly("You are at 3025-01-10: an earlier date comes only with an older save.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"date", "date 3025-02-30", "date 1.2.3025", "date tomorrow"})
    void dateTakesIsoDates(String line) {
        onHost.carryOut(line);
        assertThat(lines()).containsExactly("Usage: date YYYY-MM-DD, for example date 3025-02-01.");
    }

    @Test
    void theCalendarEndsWithTheYear9999() {
        onHost.carryOut("date 9999-12-31");
        onHost.carryOut("advance");
        assertThat(host.sent()).containsExactly("date 9999-12-31");
        assertThat(lines()).endsWith("The calendar ends at 9999-12-31.");
    }

    @Test
    void gmSwitchesGmMode() {
        onRemote.carryOut("gm on");
        onRemote.carryOut("GM off");
        assertThat(remote.sent()).containsExactly("gm true", "gm false");
        assertThat(lines()).containsExactly("14:02  You switched GM mode on.", "14:02  You switched GM mode off.");
    }

    @Test
    void gmTakesOnOrOff() {
        onRemote.carryOut("gm maybe");
        assertThat(remote.sent()).isEmpty();
        assertThat(lines()).containsExactly("Usage: gm on|off.");
    }

    @Test
    void locationTakesNamesWithSpaces() {
        onRemote.carryOut("location  Canopus IV ");
        assertThat(remote.sent()).containsExactly("location Canopus IV false");
        assertThat(lines()).containsExactly("14:02  You are now in Canopus IV.");
    }

    @Test
    void locationByAGmSaysSo() {
        onRemote.carryOut("location Canopus IV --gm");
        assertThat(remote.sent()).containsExactly("location Canopus IV true");
        assertThat(remoteOwn.location()).isEqualTo("Canopus IV");
    }

    @Test
    void locationNeedsASystem() {
        onRemote.carryOut("location --gm");
        onRemote.carryOut("location");
        onRemote.carryOut("location " + "x".repeat(201));
        assertThat(remote.sent()).isEmpty();
        assertThat(lines()).hasSize(3).containsOnly(
                "Usage: location SYSTEM [--gm], with a SYSTEM of 1 to 200 characters.");
    }

    @Test
    void listShowsTheHostThenThisCampaignThenTheOthers() {
        remote.know(Campaigns.RAVENS);
        onRemote.carryOut("gm on");
        onRemote.carryOut("list");
        assertThat(lines()).endsWith(
                "Campaign               Date        Team  System    GM   Active  Round trip",
                "Copper Lancers (host)  3025-01-10  -     Outreach  no   no      12.3 ms",
                "Grüne Füchse 🦊 (you)  3025-01-05  -     Galatea   yes  yes     -",
                "Ravens                 3025-01-07  -     Solaris   no   no      -");
    }

    @Test
    void listOnTheHostShowsItselfFirst() {
        host.know(Campaigns.RAVENS);
        onHost.carryOut("list");
        assertThat(lines()).element(1).asString().startsWith("Copper Lancers (you, host)  3025-01-10");
        assertThat(lines()).hasSize(3);
    }

    @Test
    void helpShowsEveryCommand() {
        onHost.carryOut("help");
        assertThat(lines()).extracting(line -> line.split(" ")[0])
                .containsExactly("advance", "date", "ready", "jump", "offline", "board", "list", "gm", "location",
                        "team", "members", "wire", "accept", "reject", "cancel", "transfers", "todo", "done", "lacks",
                        "statement", "ledger", "backup", "leave-quarantine", "abandon", "retry", "skip", "adjust",
                        "repair", "kick", "ban", "unban", "retire", "readmit", "reset-key", "help", "quit");
    }

    @Test
    void quitEndsWithoutError() {
        onHost.carryOut("quit");
        assertThat(exits).containsExactly(0);
    }

    @Test
    void anEmptyLineDoesNothing() {
        onHost.carryOut("   ");
        assertThat(lines()).isEmpty();
    }

    @Test
    void anUnknownCommandNamesTheHelp() {
        onHost.carryOut("attack \u001b[31mnow");
        assertThat(lines()).containsExactly("Unknown command: attack. Type help for all commands.");
    }

    @Test
    void whatTheLibraryRefusesIsSaidAndChangesNothing() {
        host.failWith(FakeSession.failure(ErrorCode.SESSION_CLOSED, "the session is closed"));
        onHost.carryOut("advance");
        onHost.carryOut("gm on");
        assertThat(lines()).hasSize(2).containsOnly("Not done: the session is closed (SESSION_CLOSED)");
        assertThat(hostOwn.date()).isEqualTo(Campaigns.LANCERS.date());
        assertThat(hostOwn.gmMode()).isFalse();
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
