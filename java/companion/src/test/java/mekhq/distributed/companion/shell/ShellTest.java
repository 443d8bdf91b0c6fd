// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.Bundle;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Money;
import mekhq.distributed.Refusal;
import mekhq.distributed.companion.CompanionException;
import mekhq.distributed.companion.ExitCode;
import mekhq.distributed.companion.save.MementoFile;
import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.Standing;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ShellTest {

    private final Play play = new Play();

    @Test
    void aHostSaysWhereItListens() throws Exception {
        assertThat(play.host("quit\n", events -> { })).isZero();
        assertThat(play.lines()).containsExactly("14:02  Hosting Copper Lancers at 3025-01-10 on port 3456.",
                "14:02  Session closed.");
        assertThat(play.session().sent()).containsExactly("closed");
    }

    @Test
    void aRemoteSaysWhomItJoined() throws Exception {
        assertThat(play.join("quit\n", Play.connected(false))).isZero();
        assertThat(play.lines()).containsExactly("14:02  Grüne Füchse 🦊 at 3025-01-05 joined the session of "
                + "Copper Lancers at 3025-01-10 (MekHQ 0.51.00).", "14:02  Session closed.");
    }

    @Test
    void aHostOfTheOlderKindIsNamed() throws Exception {
        play.join("quit\n", Play.connected(true));
        assertThat(play.lines()).contains("14:02  The host is of the older kind: dates, GM mode, systems and forces "
                + "are all it knows.");
    }

    @Test
    void commandsAreCarriedOutInOrderUntilQuit() throws Exception {
        play.host("advance\ngm on\nquit\nadvance\n", events -> { });
        assertThat(play.session().sent()).containsExactly("date 3025-01-11", "gm true", "closed");
    }

    @Test
    void theEndOfInputMeansQuit() throws Exception {
        assertThat(play.host("advance", events -> { })).isZero();
        assertThat(play.session().sent()).containsExactly("date 3025-01-11", "closed");
    }

    @Test
    void commandsAreUtf8() throws Exception {
        play.host("location Köln 🦊\n", events -> { });
        assertThat(play.session().sent()).contains("location Köln 🦊 false");
    }

    @Test
    void aRemoteTakesCommandsOnlyOnceConnected() throws Exception {
        play.join("advance\nquit\n", events -> {
            assertThat(play.session().sent()).isEmpty();
            Play.connected(false).accept(events);
        });
        assertThat(play.session().sent()).containsExactly("date 3025-01-06", "closed");
    }

    @Test
    void everyEventIsALine() throws Exception {
        UUID foxes = Campaigns.FOXES.id();
        play.hostUntilClosed(events -> {
            play.session().know(Campaigns.FOXES);
            events.onCampaignJoined(Campaigns.FOXES);
            events.onCampaignDateChanged(foxes, LocalDate.of(3025, 1, 6));
            events.onGmModeChanged(foxes, true);
            events.onGmModeChanged(foxes, false);
            events.onLocationChanged(foxes, "Solaris", false);
            events.onLocationChanged(foxes, "Terra", true);
            events.onToeUpdated(foxes, force());
            events.onCampaignDateChanged(new UUID(0, 9), LocalDate.of(3025, 1, 7));
            events.onRefused(new Refusal(Optional.empty(), ErrorCode.NOT_YOURS, "not yours.", 0, "GMModeChanged"));
            events.onCampaignLeft(Campaigns.FOXES, EndCause.LEAVING, "");
            events.onCampaignLeft(Campaigns.FOXES, EndCause.RESET, "broken pipe");
        });
        assertThat(play.lines()).containsExactly("14:02  Hosting Copper Lancers at 3025-01-10 on port 3456.",
                "14:02  Grüne Füchse 🦊 joined at 3025-01-05 in Galatea.",
                "14:02  Grüne Füchse 🦊 is now at 3025-01-06.",
                "14:02  Grüne Füchse 🦊 switched GM mode on.",
                "14:02  Grüne Füchse 🦊 switched GM mode off.",
                "14:02  Grüne Füchse 🦊 is now in Solaris.",
                "14:02  Grüne Füchse 🦊 is now in Terra (moved by a GM).",
                "14:02  Grüne Füchse 🦊 published its forces: 3 units.",
                "14:02  00000000-0000-0000-0000-000000000009 is now at 3025-01-07.",
                "14:02  Refused: GMModeChanged (NOT_YOURS): not yours.",
                "14:02  Grüne Füchse 🦊 left.",
                "14:02  Grüne Füchse 🦊 lost its connection: broken pipe.",
                "14:02  Session closed.");
    }

    @Test
    void aResynchronisationShowsHowThingsStand() throws Exception {
        play.hostUntilClosed(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onResynchronised();
        });
        assertThat(play.lines()).contains("14:02  Too much happened to show it all. This is how things stand:",
                "Ravens                      3025-01-07  -     Solaris   no  no      -");
    }

    @Test
    void theMementoIsKeptAndOnlyWhenItHasChanged(@TempDir Path folder) throws Exception {
        MementoFile file = MementoFile.beside(folder.resolve("a.cpnx"));
        play.keepingTheMementoIn(file);
        play.host("quit\n", events -> { });
        assertThat(file.path()).doesNotExist();
        play.hostUntilClosed(events -> play.session().setMemento("dm1.new"));
        assertThat(file.read()).isEqualTo("dm1.new");
    }

    @Test
    void whatACampaignOwesOrHasSkippedIsTold() throws Exception {
        Standing owing = new Standing(List.of(Money.cBills(1_500), Money.of("HRM", 2)), List.of(4L));
        play.hostUntilClosed(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onStandingChanged(Campaigns.RAVENS.id(), owing);
            events.onStandingChanged(Campaigns.RAVENS.id(), new Standing(List.of(), List.of(4L)));
            events.onStandingChanged(Campaigns.RAVENS.id(), Standing.CLEAN);
        });
        assertThat(play.lines()).containsSubsequence(
                "14:02  Ravens owes 1,500 CSB, 2 HRM, and has skipped what was settled.",
                "14:02  Ravens has skipped what was settled.",
                "14:02  Ravens owes nothing any more.");
    }

    @Test
    void whatACommandChangedIsKeptBeforeTheNextOneIsAskedFor(@TempDir Path folder) throws Exception {
        MementoFile file = MementoFile.beside(folder.resolve("a.cpnx"));
        play.keepingTheMementoIn(file);
        List<String> kept = new ArrayList<>();
        Stream<String> typed = IntStream.range(0, 50).mapToObj(number -> {
            kept.add(read(file));
            play.session().setMemento("dm1." + number);
            return "list";
        });
        play.host(typed.iterator(), events -> { });
        List<String> before = IntStream.range(0, 49).mapToObj(number -> "dm1." + number).toList();
        assertThat(kept.subList(1, 50)).isEqualTo(before);
    }

    private static String read(MementoFile file) {
        try {
            return file.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSaveThatIsOlderThanATickIsAskedAboutAtTheStart() throws Exception {
        play.before(todos -> {
            todos.deliver(new Arrival(Optional.empty(), Bundle.of(Money.cBills(60)), Campaigns.LANCERS.date()));
            todos.tick(1);
        });
        play.savedAt(Instant.now().minusSeconds(60));
        play.host("quit\n", events -> { });
        assertThat(play.lines()).startsWith("14:02  Your save of 3025-01-10 is from before you ticked these off. "
                + "Type lacks NUMBER for each that it lacks:", "1  credit 60 CSB");
    }

    @Test
    void aMementoThatCannotBeKeptIsToldOnce(@TempDir Path folder) throws Exception {
        play.keepingTheMementoIn(MementoFile.beside(folder.resolve("nowhere").resolve("a.cpnx")));
        play.hostUntilClosed(events -> play.session().setMemento("dm1.new"));
        assertThat(play.lines().stream().filter(line -> line.contains("a.cpnx.memento"))).hasSize(1)
                .allMatch(line -> line.startsWith("14:02  What your save must remember of the session cannot be "
                        + "written to "));
    }

    @Test
    void aMementoThatCannotBeKeptIsToldWhoeverNoticesItAtTheEnd(@TempDir Path folder) throws Exception {
        for (int round = 0; round < 20; round++) {
            Play ending = new Play();
            ending.keepingTheMementoIn(MementoFile.beside(folder.resolve("nowhere").resolve("a.cpnx")));
            ending.host("quit\n", events -> ending.session().setMemento("dm1.new"));
            assertThat(ending.lines().stream().filter(line -> line.contains("a.cpnx.memento"))).hasSize(1);
        }
    }

    @Test
    void textFromPeersCannotSteerTheTerminal() throws Exception {
        play.hostUntilClosed(events -> {
            play.session().know(Campaigns.of(7, "Evil\u001b[2J\u202e\r\nTwin", "3025-01-01", "\u001b]0;x\u0007Terra"));
            events.onCampaignJoined(play.session().campaigns().get(0));
            events.onCampaignLeft(play.session().campaigns().get(0), EndCause.KICKED, "be\u0007gone");
            events.onCampaignDateChanged(play.session().campaigns().get(0).id(), LocalDate.of(3025, 1, 2));
            events.onResynchronised();
        });
        assertThat(play.lines()).contains("14:02  Evil Twin joined at 3025-01-01 in Terra.",
                "14:02  Evil Twin was removed: begone.", "14:02  Evil Twin is now at 3025-01-02.");
        assertThat(play.printed()).doesNotContain("\u001b", "\u202e", "\u0007");
    }

    @Test
    void aSessionThatCannotBeOpenedIsReportedAndItsLateEventsAreNot() {
        AtomicReference<Executor> runLater = new AtomicReference<>();
        AtomicInteger lateEvents = new AtomicInteger();
        CompanionException end = catchThrowableOfType(CompanionException.class,
                () -> play.shell(Campaigns.FOXES).run((executor, events) -> {
                    runLater.set(executor);
                    events.onClosed();
                    throw new CompanionException(ExitCode.REFUSED_OR_UNREACHABLE, "Cannot join: no.");
                }));
        runLater.get().execute(() -> lateEvents.incrementAndGet());
        assertThat(end).hasMessage("Cannot join: no.");
        assertThat(end.exitCode()).isEqualTo(4);
        assertThat(play.lines()).isEmpty();
        assertThat(lateEvents).hasValue(0);
    }

    @Test
    void anOpeningThatBreaksIsReportedInOneLine() {
        CompanionException end = catchThrowableOfType(CompanionException.class,
                () -> play.shell(Campaigns.FOXES).run((executor, events) -> {
                    throw new UnsatisfiedLinkError("no\nsuch native");
                }));
        assertThat(end).hasMessage("The companion failed: java.lang.UnsatisfiedLinkError: no such native");
        assertThat(end.exitCode()).isEqualTo(ExitCode.LIBRARY);
    }

    private static Force force() {
        List<ForceUnit> lance = List.of(new ForceUnit("1", "Wasp", ""), new ForceUnit("2", "Griffin", ""));
        Force sub = new Force(1, "Lance", List.of(), lance);
        return new Force(0, "Company", List.of(sub), List.of(new ForceUnit("3", "Locust", "")));
    }
}
