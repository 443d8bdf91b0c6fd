// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.ConnectedHost;
import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Refusal;
import mekhq.distributed.companion.CompanionException;
import mekhq.distributed.companion.ExitCode;
import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ShellTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private boolean interactive;
    private FakeSession session;

    @Test
    void aHostSaysWhereItListens() throws Exception {
        assertThat(host("quit\n", events -> { })).isZero();
        assertThat(lines()).containsExactly("14:02  Hosting Copper Lancers at 3025-01-10 on port 3456.",
                "14:02  Session closed.");
        assertThat(session.sent()).containsExactly("closed");
    }

    @Test
    void aRemoteSaysWhomItJoined() throws Exception {
        assertThat(join("quit\n", connected(false))).isZero();
        assertThat(lines()).containsExactly("14:02  Grüne Füchse 🦊 at 3025-01-05 joined the session of Copper Lancers "
                + "at 3025-01-10 (MekHQ 0.51.00).", "14:02  Session closed.");
    }

    @Test
    void aHostOfTheOlderKindIsNamed() throws Exception {
        join("quit\n", connected(true));
        assertThat(lines()).contains("14:02  The host is of the older kind: dates, GM mode, systems and forces are "
                + "all it knows.");
    }

    @Test
    void commandsAreCarriedOutInOrderUntilQuit() throws Exception {
        host("advance\ngm on\nquit\nadvance\n", events -> { });
        assertThat(session.sent()).containsExactly("date 3025-01-11", "gm true", "closed");
    }

    @Test
    void theEndOfInputMeansQuit() throws Exception {
        assertThat(host("advance", events -> { })).isZero();
        assertThat(session.sent()).containsExactly("date 3025-01-11", "closed");
    }

    @Test
    void commandsAreUtf8() throws Exception {
        host("location Köln 🦊\n", events -> { });
        assertThat(session.sent()).contains("location Köln 🦊 false");
    }

    @Test
    void aRemoteTakesCommandsOnlyOnceConnected() throws Exception {
        join("advance\nquit\n", events -> {
            assertThat(session.sent()).isEmpty();
            connected(false).accept(events);
        });
        assertThat(session.sent()).containsExactly("date 3025-01-06", "closed");
    }

    @Test
    void everyEventIsALine() throws Exception {
        UUID foxes = Campaigns.FOXES.id();
        hostUntilClosed(events -> {
            session.know(Campaigns.FOXES);
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
        assertThat(lines()).containsExactly("14:02  Hosting Copper Lancers at 3025-01-10 on port 3456.",
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
        hostUntilClosed(events -> {
            session.know(Campaigns.RAVENS);
            events.onResynchronised();
        });
        assertThat(lines()).contains("14:02  Too much happened to show it all. This is how things stand:",
                "Ravens                      3025-01-07  -     Solaris   no  no      -");
    }

    @Test
    void textFromPeersCannotSteerTheTerminal() throws Exception {
        hostUntilClosed(events -> {
            session.know(Campaigns.of(7, "Evil\u001b[2J\u202e\r\nTwin", "3025-01-01", "\u001b]0;x\u0007Terra"));
            events.onCampaignJoined(session.campaigns().get(0));
            events.onCampaignLeft(session.campaigns().get(0), EndCause.KICKED, "be\u0007gone");
            events.onCampaignDateChanged(session.campaigns().get(0).id(), LocalDate.of(3025, 1, 2));
            events.onResynchronised();
        });
        assertThat(lines()).contains("14:02  Evil Twin joined at 3025-01-01 in Terra.",
                "14:02  Evil Twin was removed: begone.", "14:02  Evil Twin is now at 3025-01-02.");
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b", "\u202e", "\u0007");
    }

    @ParameterizedTest
    @CsvSource({"HOST_CLOSING, 0, The host closed the session.", "LEAVING, 0, The host ended the connection.",
            "RESET, 4, The connection to the host was lost: why.", "TIMED_OUT, 4, The host no longer answers: why.",
            "KICKED, 4, The host removed this campaign from the session: why.",
            "SUPERSEDED, 4, This campaign was joined anew from elsewhere: why."})
    void theEndOfTheHostEndsTheCompanion(EndCause cause, int exitCode, String sentence) throws Exception {
        assertThat(join(nothingTyped(), connected(false).andThen(events -> events.onDisconnected(cause, "why"))))
                .isEqualTo(exitCode);
        assertThat(lines()).endsWith("14:02  " + sentence, "14:02  Session closed.");
    }

    @ParameterizedTest
    @EnumSource(EndCause.class)
    void everyCauseHasASentence(EndCause cause) {
        assertThat(Endings.ofHost(cause)).isNotBlank().doesNotEndWith(".");
        assertThat(Endings.ofRemote(cause)).isNotBlank().doesNotEndWith(".");
    }

    @Test
    void aSessionThatCannotBeOpenedIsReportedAndItsLateEventsAreNot() {
        AtomicReference<Executor> runLater = new AtomicReference<>();
        AtomicInteger lateEvents = new AtomicInteger();
        CompanionException end = catchThrowableOfType(CompanionException.class,
                () -> shell("", Campaigns.FOXES).run((executor, events) -> {
                    runLater.set(executor);
                    events.onClosed();
                    throw new CompanionException(ExitCode.REFUSED_OR_UNREACHABLE, "Cannot join: no.");
                }));
        runLater.get().execute(() -> lateEvents.incrementAndGet());
        assertThat(end).hasMessage("Cannot join: no.");
        assertThat(end.exitCode()).isEqualTo(4);
        assertThat(lines()).isEmpty();
        assertThat(lateEvents).hasValue(0);
    }

    @Test
    void anOpeningThatBreaksIsReportedInOneLine() {
        CompanionException end = catchThrowableOfType(CompanionException.class,
                () -> shell("", Campaigns.FOXES).run((executor, events) -> {
                    throw new UnsatisfiedLinkError("no\nsuch native");
                }));
        assertThat(end).hasMessage("The companion failed: java.lang.UnsatisfiedLinkError: no such native");
        assertThat(end.exitCode()).isEqualTo(ExitCode.LIBRARY);
    }

    @Test
    void aTerminalHasAPromptBelowTheLines() throws Exception {
        interactive = true;
        host("advance\nquit\n", events -> { });
        assertThat(printed.toString(StandardCharsets.UTF_8).lines().toList()).containsExactly(
                "14:02  Hosting Copper Lancers at 3025-01-10 on port 3456.",
                "> 14:02  You are now at 3025-01-11.",
                "> 14:02  Session closed.");
    }

    @Test
    void anEventTakesThePromptsPlace() {
        interactive = true;
        Screen screen = screen();
        screen.prompt();
        screen.event("Ravens left.");
        assertThat(printed.toString(StandardCharsets.UTF_8).lines().toList())
                .containsExactly("> ", "14:02  Ravens left.", "> ");
    }

    private int host(String typed, Consumer<SessionEvents> script) throws CompanionException {
        return host(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), script);
    }

    private void hostUntilClosed(Consumer<SessionEvents> script) throws CompanionException {
        host(nothingTyped(), script.andThen(events -> session.close()));
    }

    private int host(InputStream typed, Consumer<SessionEvents> script) throws CompanionException {
        return new Shell(typed, screen(), Campaigns.LANCERS).run((executor, events) -> {
            session = new FakeSession(Campaigns.LANCERS, OptionalInt.of(3456), executor, events);
            executor.execute(() -> script.accept(events));
            return session;
        });
    }

    private int join(String typed, Consumer<SessionEvents> script) throws CompanionException {
        return join(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), script);
    }

    private int join(InputStream typed, Consumer<SessionEvents> script) throws CompanionException {
        return new Shell(typed, screen(), Campaigns.FOXES).run((executor, events) -> {
            session = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), executor, events);
            session.knowHost(Campaigns.LANCERS);
            executor.execute(() -> script.accept(events));
            return session;
        });
    }

    private Shell shell(String typed, CampaignDetails campaign) {
        return new Shell(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), screen(), campaign);
    }

    private static Consumer<SessionEvents> connected(boolean legacy) {
        return events -> events.onConnected(
                new ConnectedHost(Campaigns.LANCERS, Optional.empty(), "0.51.00", legacy));
    }

    /** Blocks as a terminal does at which nobody types. */
    private static InputStream nothingTyped() {
        try {
            return new PipedInputStream(new PipedOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Force force() {
        List<ForceUnit> lance = List.of(new ForceUnit("1", "Wasp", ""), new ForceUnit("2", "Griffin", ""));
        Force sub = new Force(1, "Lance", List.of(), lance);
        return new Force(0, "Company", List.of(sub), List.of(new ForceUnit("3", "Locust", "")));
    }

    private Screen screen() {
        return new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.parse("3025-01-01T14:02:00Z"), ZoneOffset.UTC), interactive);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
