// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.Bundle;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Money;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.transfer.Transfer;

class WireCommandsTest {

    private static final UUID ASKED = UUID.fromString("aaaa0000-0000-4000-8000-000000000001");
    private static final UUID OWN = UUID.fromString("bbbb0000-0000-4000-8000-000000000001");

    private final Play play = new Play();
    private final FakeSession session = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), Runnable::run, null);
    private final CommandLoop commands = new CommandLoop(
            new CommandContext(session, new OwnCampaign(Campaigns.FOXES), play.screen(), code -> { }));

    WireCommandsTest() {
        session.knowHost(Campaigns.LANCERS);
        session.open(new Transfer(ASKED, Campaigns.LANCERS.id(), Campaigns.FOXES.id(), Money.cBills(-1_500), "rent"));
        session.open(new Transfer(OWN, Campaigns.FOXES.id(), Campaigns.LANCERS.id(), Money.cBills(20), ""));
    }

    private List<String> type(String line) {
        int before = play.lines().size();
        commands.carryOut(line);
        return play.lines().subList(before, play.lines().size());
    }

    @Test
    void moneyIsWiredByNameAndAmount() {
        String name = Campaigns.LANCERS.name();
        type("wire " + name + " 1,500,000 for the dropship");
        type("wire " + name + " -20");
        assertThat(session.sent()).containsExactly("wire " + name + " 1,500,000 CSB for the dropship",
                "wire " + name + " -20 CSB ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 0", " 1.5", " 1,50", " much", " 99999999999999999999"})
    void anAmountIsWholeCBills(String amount) {
        assertThat(type("wire " + Campaigns.LANCERS.name() + amount)).singleElement().asString().startsWith("Usage: wire");
        assertThat(session.sent()).isEmpty();
    }

    @Test
    void openTransfersAreShownAndAnsweredByTheirFirstDigits() {
        String lancers = Campaigns.LANCERS.name();
        assertThat(type("transfers")).containsExactly(
                "aaaa  you pay 1,500 CSB to " + lancers + " (rent); accept or reject it",
                "bbbb  you pay 20 CSB to " + lancers + "; waiting for an answer");
        type("accept");
        type("reject aaaa");
        type("cancel bb");
        assertThat(session.sent()).containsExactly("accept " + ASKED, "reject " + ASKED, "cancel " + OWN);
        assertThat(type("accept bbbb")).containsExactly("No such wire transfer is open; \"transfers\" shows them.");
    }

    @Test
    void whatIsNotDoneIsTold() {
        session.failWith(FakeSession.failure(ErrorCode.INSUFFICIENT_FUNDS, "not enough"));
        assertThat(type("accept")).singleElement().asString().endsWith("Not done: not enough (INSUFFICIENT_FUNDS)");
    }

    @Test
    void itemsAreTickedOffAndTakenBack(@TempDir Path folder) throws Exception {
        session.todos().reserve(new Hold(ASKED, 0, Bundle.of(Money.cBills(1_500))));
        session.todos().describe(ASKED, "=rent, \"again\"");
        assertThat(type("todo")).containsExactly("1  debit 1,500 CSB, =rent, \"again\"");
        assertThat(type("done 1")).containsExactly("Nothing is to be booked in MekHQ.");
        assertThat(type("done 1")).containsExactly("There is no such item; \"statement\" shows all.");
        assertThat(type("done x")).containsExactly("Usage: done NUMBER, as \"todo\" shows it.");
        assertThat(type("statement")).hasSize(2).last().asString().contains("-1,500 CSB");
        Path file = folder.resolve("statement.csv");
        type("statement " + file);
        assertThat(Files.readAllLines(file)).last().asString()
                .endsWith("CSB,-150000," + ASKED + ",\"'=rent, \"\"again\"\"\"");
        assertThat(type("statement " + file)).singleElement().asString().contains("must be a new file");
        assertThat(type("lacks 1")).containsExactly("1  debit 1,500 CSB, =rent, \"again\"");
    }
}
