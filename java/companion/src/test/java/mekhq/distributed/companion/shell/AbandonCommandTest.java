// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.Bundle;
import mekhq.distributed.Money;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.Hold;

class AbandonCommandTest {

    private static final UUID LOST = UUID.fromString("aaaa0000-0000-4000-8000-000000000001");
    private static final UUID OTHER = UUID.fromString("bbbb0000-0000-4000-8000-000000000001");
    private static final UUID HERE = UUID.fromString("cccc0000-0000-4000-8000-000000000001");
    private static final UUID BOOKED = UUID.fromString("dddd0000-0000-4000-8000-000000000001");
    private static final UUID NOT_BOOKED = UUID.fromString("eeee0000-0000-4000-8000-000000000001");

    private final Play play = new Play();
    private final FakeSession session = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), Runnable::run, null);
    private final CommandLoop commands = new CommandLoop(
            new CommandContext(session, new OwnCampaign(Campaigns.FOXES), play.screen(), code -> { }));

    AbandonCommandTest() {
        session.is(HERE);
    }

    private List<String> type(String line) {
        int before = play.lines().size();
        commands.carryOut(line);
        return play.lines().subList(before, play.lines().size());
    }

    private void hold(UUID where, Hold... holds) {
        List.of(holds).forEach(session.todos()::reserve);
        session.hold(new HeldSession(where, LocalDate.of(3025, 1, 10), List.of(holds)));
    }

    private static Hold of(UUID request, long units) {
        return new Hold(request, 0, Bundle.of(Money.cBills(units)));
    }

    @Test
    void theOnlyOtherSessionIsShownWithAWarningAndFreedByASecondWord() {
        hold(HERE, of(new UUID(1, 1), 7));
        hold(LOST, of(BOOKED, 1_500), of(NOT_BOOKED, 20));
        session.todos().tick(2);
        assertThat(type("abandon")).containsExactly(
                "Set aside for session aaaa (its host was last known at 3025-01-10):",
                "  1,500 CSB for wire dddd",
                "  20 CSB for wire eeee",
                "What you free and its host has paid out meanwhile, you will owe if that session comes back. Type "
                        + "abandon aaaa yes if it never will.");
        assertThat(session.sent()).isEmpty();

        assertThat(type("abandon aaaa yes")).containsExactly(
                "14:02  Free again: 1,500 CSB for wire dddd, given up.",
                "14:02  Free again: 20 CSB for wire eeee, given up.",
                "\"todo\" shows what of it is to be booked back in MekHQ.");
        assertThat(session.sent()).containsExactly("abandon " + LOST);
        assertThat(type("todo")).containsExactly("1  debit 7 CSB", "4  credit 1,500 CSB, wire dddd, given up");
    }

    @Test
    void ofSeveralOneHasToBeNamed() {
        hold(LOST, of(BOOKED, 1));
        hold(OTHER, of(NOT_BOOKED, 2));
        assertThat(type("abandon")).singleElement().asString().contains(LOST.toString(), OTHER.toString());
        assertThat(type("abandon yes")).containsExactly(
                "Nothing is set aside for such a session; \"abandon\" shows which there are.");
        assertThat(type("abandon BBBB")).startsWith(
                "Set aside for session bbbb (its host was last known at 3025-01-10):");
        type("abandon bbbb yes");
        assertThat(session.sent()).containsExactly("abandon " + OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abandon cccc", "abandon cccc yes"})
    void theSessionThatIsConnectedIsNotGivenUp(String typed) {
        hold(HERE, of(BOOKED, 1));
        assertThat(type(typed)).containsExactly("You are in that session: it is not given up.");
        assertThat(type("abandon")).containsExactly("Nothing is set aside for another session.");
        assertThat(session.sent()).isEmpty();
    }

    @Test
    void oneWhoseHostIsOutOfReachMayBe() {
        hold(HERE, of(BOOKED, 1));
        session.loseHost();
        type("abandon cccc yes");
        assertThat(session.sent()).containsExactly("abandon " + HERE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abandon aaaa no", "abandon aaaa yes yes"})
    void anythingElseIsNoConsent(String typed) {
        hold(LOST, of(BOOKED, 1));
        assertThat(type(typed)).containsExactly("Usage: abandon [SESSION].");
        assertThat(session.sent()).isEmpty();
    }
}
