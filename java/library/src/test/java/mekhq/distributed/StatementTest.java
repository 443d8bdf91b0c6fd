// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.settlement.Standing;
import mekhq.distributed.settlement.StatementLine;
import mekhq.distributed.settlement.StatementState;
import mekhq.distributed.settlement.StatementTotals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What came, what went, and what waits, as the host's player sees it (protocol.md section 5). */
class StatementTest {
    private final Trader host = new Trader("Host", 100).host(Campaigns.host("Host"));
    private final Trader anna = new Trader("Anna", 100).join(host.port());

    @AfterEach
    void close() {
        anna.close();
        host.close();
    }

    private Ledger ledger() {
        return ((HostSession) host.session()).ledger();
    }

    private CampaignStatement statement(UUID campaign) {
        return Await.result(ledger().statement(campaign));
    }

    private static StatementTotals totals(long given, long adjusted, long received, boolean conserved) {
        return new StatementTotals("CSB", given, 0, adjusted, received, 0, 0, 0, 0, 0, 0, conserved);
    }

    @Test
    void whatLeftOneCampaignCameToAnother() {
        UUID request = anna.wire(host, 60);
        host.recorder.await("asked 60 CSB pay");
        assertThat(statement(anna.id()).lines()).isEmpty();
        assertThat(statement(anna.id()).totals()).singleElement()
                .satisfies(sums -> assertThat(sums.promised()).as("set aside").isEqualTo(6_000));
        UUID stranger = UUID.randomUUID();
        assertThat(statement(stranger))
                .isEqualTo(new CampaignStatement(stranger, 0, OptionalLong.empty(), 0, List.of(), List.of()));
        host.accept(request);
        anna.recorder.await("completed 60 CSB");
        host.recorder.await("completed 60 CSB");
        Await.until("Anna's word", () -> statement(anna.id()).applied().equals(OptionalLong.of(1)));
        Await.until("the host's word", () -> statement(host.id()).applied().equals(OptionalLong.of(1)));

        assertThat(statement(anna.id()).lines()).containsExactly(new StatementLine(1, Optional.of(request),
                Optional.of(host.id()), "", Money.cBills(-60), StatementState.APPLIED));
        assertThat(statement(host.id()).lines()).containsExactly(new StatementLine(1, Optional.of(request),
                Optional.of(anna.id()), "", Money.cBills(60), StatementState.APPLIED));
        SessionStatement whole = Await.result(ledger().statement());
        assertThat(whole.totals()).containsExactly(totals(6_000, 0, 6_000, true));
        assertThat(whole.conserved()).isTrue();
        assertThat(whole.campaigns()).allSatisfy(campaign -> assertThat(campaign.lines()).isEmpty());
    }

    @Test
    void anAdjustmentIsNamedAndCountsAsMoneyThatTheHostMade() {
        host.session().settlements().adjust(new Adjustment(anna.id(), Bundle.EMPTY, Bundle.of(Money.cBills(40)),
                "<b>lost</b>", 0, Campaigns.START));
        Await.until("Anna's word", () -> statement(anna.id()).applied().equals(OptionalLong.of(1)));
        assertThat(statement(anna.id()).lines()).singleElement().satisfies(line -> {
            assertThat(line.partner()).isEmpty();
            assertThat(line.rawReason()).isEqualTo("<b>lost</b>");
            assertThat(line.reason()).isEqualTo(PlainText.of("<b>lost</b>"));
        });
        assertThat(Await.result(ledger().statement()).totals()).containsExactly(totals(0, 4_000, 4_000, true));
    }

    @Test
    void whatACampaignOwesIsToldToEveryoneAndShownToItself() {
        host.session().settlements().adjust(new Adjustment(anna.id(), Bundle.of(Money.cBills(150)), Bundle.EMPTY,
                "booked twice", 0, Campaigns.START));
        host.recorder.await("standing " + anna.id() + " owes [50 CSB] skipped []");
        Standing owing = new Standing(List.of(Money.cBills(50)), List.of());
        assertThat(host.session().roster().campaigns()).singleElement()
                .satisfies(campaign -> assertThat(campaign.standing()).isEqualTo(owing));
        Await.until("it knows itself", () -> anna.session().roster().own().standing().equals(owing));
        assertThat(statement(anna.id()).totals()).singleElement()
                .satisfies(sums -> assertThat(sums.owed()).isEqualTo(5_000));
    }

    @Test
    void aClosedSessionHasNoStatement() {
        Ledger ledger = ledger();
        host.close();
        assertThat(Await.failure(ledger.statement()).code()).isEqualTo(ErrorCode.SESSION_CLOSED);
    }
}
