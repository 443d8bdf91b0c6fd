// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import mekhq.distributed.EndCause;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.companion.ExitCode;

/** What becomes of a remote campaign's companion when its connection ends. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ConnectionTest {

    private final Play play = new Play();

    @ParameterizedTest
    @CsvSource({"HOST_CLOSING, 0, The host closed the session.", "LEAVING, 0, The host ended the connection.",
            "RESET, 4, The connection to the host was lost: why.", "TIMED_OUT, 4, The host no longer answers: why.",
            "KICKED, 4, The host removed this campaign from the session: why.",
            "SUPERSEDED, 4, This campaign was joined anew from elsewhere: why."})
    void anEndForGoodEndsTheCompanion(EndCause cause, int exitCode, String sentence) throws Exception {
        assertThat(play.join(Play.connected(false).andThen(events -> events.onDisconnected(cause, "why", false))))
                .isEqualTo(exitCode);
        assertThat(play.lines()).endsWith("14:02  " + sentence, "14:02  Session closed.");
    }

    @ParameterizedTest
    @EnumSource(EndCause.class)
    void everyCauseHasASentence(EndCause cause) {
        assertThat(Endings.ofHost(cause)).isNotBlank().doesNotEndWith(".");
        assertThat(Endings.ofRemote(cause)).isNotBlank().doesNotEndWith(".");
    }

    @Test
    void aLostLinkIsTriedAgainAndTheReturnShowsTheBoard() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            events.onDisconnected(EndCause.RESET, "broken pipe", true);
            play.session().knowHost(Campaigns.of(1, "Copper Lancers", "3025-02-01", "Outreach"));
            events.onConnected(Play.host(false));
        }));
        assertThat(play.lines()).containsExactly(
                "14:02  Grüne Füchse 🦊 at 3025-01-05 joined the session of Copper Lancers at 3025-01-10 "
                        + "(MekHQ 0.51.00).",
                "14:02  The connection to the host was lost: trying again.",
                "14:02  Connected again.",
                "The host is at 3025-02-01, the latest campaign at 3025-02-01.",
                "Campaign               Date        Days behind  Ready  Standing",
                "Copper Lancers (host)  3025-02-01  -            -      out of reach",
                "Grüne Füchse 🦊 (you)  3025-01-05  27           no     may advance",
                "14:02  Session closed.");
    }

    @Test
    void aHostThatClosesEndsTheCompanionThoughTheSessionWouldWaitForIt() throws Exception {
        int exitCode = play.join(Play.connected(false).andThen(
                events -> events.onDisconnected(EndCause.HOST_CLOSING, "the host closes the session", true)));
        assertThat(exitCode).isZero();
        assertThat(play.lines()).endsWith("14:02  The host closed the session.", "14:02  Session closed.");
    }

    @Test
    void anotherSaveThatWasLoadedConnectsAnewAndTheCompanionStays() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            events.onDisconnected(EndCause.LEAVING, "another save was loaded", true);
            events.onConnected(Play.host(false));
        }));
        assertThat(play.lines()).contains("14:02  You loaded another save: connecting anew.",
                "14:02  Connected again.");
    }

    @Test
    void aCompanionToldToStayWaitsForAHostThatClosed() throws Exception {
        play.staying();
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            events.onDisconnected(EndCause.HOST_CLOSING, "", true);
            events.onConnected(Play.host(false));
        }));
        assertThat(play.lines()).contains("14:02  The host closed the session: trying again.",
                "14:02  Connected again.");
    }

    @Test
    void aHostThatRefusesTheReturnEndsTheCompanion() throws Exception {
        int exitCode = play.join(Play.connected(false).andThen(events -> {
            events.onDisconnected(EndCause.RESET, "", true);
            events.onConnectionGivenUp(ErrorCode.BAD_PASSWORD, "the password is another one");
        }));
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED_OR_UNREACHABLE);
        assertThat(play.lines()).contains("14:02  The host does not take this campaign again (BAD_PASSWORD): the "
                + "password is another one.");
    }

    @Test
    void quitEndsACompanionThatTriesAgain() throws Exception {
        int exitCode = play.join("quit\n", Play.connected(false).andThen(
                events -> events.onDisconnected(EndCause.TIMED_OUT, "", true)));
        assertThat(exitCode).isZero();
        assertThat(play.lines()).contains("14:02  The host no longer answers: trying again.");
    }

    @Test
    void reportLinesOfALostHostWaitForItsReturn() {
        LogOutbox outbox = new LogOutbox();
        FakeSession session = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), Runnable::run, null);
        outbox.open(session);
        outbox.tell(LocalDate.of(3025, 1, 5), List.of("a"));
        outbox.close();
        outbox.tell(LocalDate.of(3025, 1, 6), List.of("b"));
        assertThat(session.sent()).containsExactly("log 3025-01-05 [a]");
        outbox.open(session);
        outbox.open(session);
        assertThat(session.sent()).containsExactly("log 3025-01-05 [a]", "log 3025-01-06 [b]");
    }
}
