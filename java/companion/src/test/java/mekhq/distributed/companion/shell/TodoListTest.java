// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.Bundle;
import mekhq.distributed.Money;
import mekhq.distributed.companion.save.MementoFile;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;

class TodoListTest {

    private static final LocalDate DAY = LocalDate.of(3025, 1, 10);
    private static final UUID REQUEST = new UUID(1, 2);

    /** Of any fraction of a second. */
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TodoList todos = new TodoList(DAY, Clock.fixed(NOW, ZoneOffset.UTC));

    private static Hold hold(long units) {
        return new Hold(REQUEST, 0, Bundle.of(Money.cBills(units)));
    }

    private List<String> open() {
        return todos.open().stream().map(Todo::sentence).toList();
    }

    @Test
    void whatIsPromisedIsDebitedAndWhatArrivesIsCredited() {
        assertThat(todos.reserve(hold(60))).isTrue();
        todos.deliver(new Arrival(Optional.of(REQUEST), Bundle.of(Money.cBills(5)), DAY));
        todos.describe(REQUEST, "wire to Anna\t\nand more");
        assertThat(open()).containsExactly("debit 60 CSB, wire to Anna  and more",
                "credit 5 CSB, wire to Anna  and more");
    }

    @Test
    void aPromiseThatEndsNeedNotBeBookedUnlessItWas() {
        todos.reserve(hold(60));
        todos.release(hold(60));
        assertThat(todos.all()).isEmpty();
        todos.reserve(hold(60));
        assertThat(todos.tick(1)).isTrue();
        todos.release(hold(60));
        assertThat(open()).containsExactly("credit 60 CSB");
    }

    @Test
    void aSettlementBooksOnlyWhatWasNotSetAside() {
        todos.reserve(hold(60));
        todos.settle(new Settlement(Optional.of(REQUEST), List.of(), List.of(hold(60)), Bundle.EMPTY,
                Optional.empty()));
        todos.settle(new Settlement(Optional.empty(), List.of(), List.of(), Bundle.of(Money.cBills(7)),
                Optional.empty()));
        assertThat(open()).containsExactly("debit 60 CSB", "debit 7 CSB");
    }

    @Test
    void anOlderSaveMayLackWhatWasTickedOffLater() {
        todos.reserve(hold(60));
        todos.day(DAY.plusDays(1));
        assertThat(List.of(todos.tick(1), todos.tick(1), todos.tick(9))).containsExactly(true, false, false);
        assertThat(todos.doubtful(new SaveState(NOW, DAY.plusDays(1)))).isEmpty();
        assertThat(todos.doubtful(new SaveState(NOW, DAY))).hasSize(1);
        assertThat(todos.reopen(1)).isTrue();
        assertThat(open()).containsExactly("debit 60 CSB");
    }

    @Test
    void aSaveOfTheSameDateMayLackWhatWasTickedOffAfterItWasWritten() {
        todos.reserve(hold(60));
        todos.tick(1);
        assertThat(todos.doubtful(new SaveState(NOW, DAY))).isEmpty();
        assertThat(todos.doubtful(new SaveState(NOW.minusSeconds(9), DAY))).hasSize(1);
    }

    @Test
    void aPlayerIsAskedAboutASaveOnceAndAboutAnOlderOneAgainAlsoInALaterSession() {
        todos.reserve(hold(60));
        todos.tick(1);
        SaveState save = new SaveState(NOW.minusSeconds(9), DAY);
        assertThat(todos.doubtful(save)).hasSize(1);
        TodoList later = TodoList.parse(todos.lines(), DAY);
        assertThat(later.doubtful(save)).isEmpty();
        assertThat(later.doubtful(new SaveState(NOW.minusSeconds(8), DAY.plusDays(1)))).as("it went on").isEmpty();
        assertThat(later.doubtful(save)).as("it came back").hasSize(1);
        later.reopen(1);
        assertThat(later.doubtful(new SaveState(NOW.minusSeconds(99), DAY))).as("nothing is ticked off").isEmpty();
    }

    @Test
    void whatAnOlderVersionHasWrittenIsReadAndKept() {
        String line = "todo\t1\t3025-01-10\t3025-01-09\tdebit\tCSB\t100\t\trent";
        TodoList old = TodoList.parse(List.of(line), DAY);
        assertThat(old.lines()).containsExactly(line);
        assertThat(old.doubtful(new SaveState(Instant.EPOCH, DAY))).isEmpty();
        SaveState before = new SaveState(NOW, DAY.minusDays(1));
        assertThat(old.doubtful(before)).hasSize(1);
        assertThat(TodoList.parse(old.lines(), DAY).doubtful(before)).isEmpty();
    }

    @Test
    void itComesBackFromItsFileWithTheMemento() {
        todos.reserve(hold(60));
        todos.deliver(new Arrival(Optional.empty(), Bundle.of(Money.of("LST", 5)), DAY));
        todos.tick(2);
        LoadedMemento kept = new LoadedMemento(MementoFile.beside(Path.of("a")), LoadedMemento.text("dm1.x", todos));
        assertThat(kept.memento()).isEqualTo("dm1.x");
        assertThat(kept.todos(DAY).all()).isEqualTo(todos.all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "todo\t1", "todo\tx\t\t3025-01-10\tdebit\tCSB\t100\t\t",
            "todo\t1\t\t3025-01-10\tdebit\tCSB\t50\t\t", "todo\t1\t3025-01-10 then\t3025-01-10\tdebit\tCSB\t100\t\t",
            "todo\t1\t3025-01-10 - 2026-01-02T03:04:05Z\t3025-01-10\tdebit\tCSB\t100\t\t", "todo\t1\tnever\t3025-01-10\tdebit\tCSB\t100\t\t"})
    void aDamagedLineIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> TodoList.parse(List.of(line), DAY));
    }
}
