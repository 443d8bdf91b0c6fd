// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.integration.Campaign;
import mekhq.distributed.integration.EventBus;
import mekhq.distributed.integration.SharedFinances;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;

import org.junit.jupiter.api.Test;

/** The adapter for MekHQ's finances that the document shows. */
class SharedFinancesTest {
    private static final UUID REQUEST = UUID.randomUUID();

    private final Campaign campaign = new Campaign(new EventBus(), UUID.randomUUID(), "Anna", Campaigns.START);
    private final SharedFinances finances = new SharedFinances(campaign);

    SharedFinancesTest() {
        campaign.getFinances().credit(Campaigns.START, new BigDecimal("100.75"), "a start");
    }

    private static Bundle bundle(long units) {
        return Bundle.of(Money.cBills(units));
    }

    private static Hold hold(long units) {
        return new Hold(REQUEST, 0, bundle(units));
    }

    private BigDecimal balance() {
        return campaign.getFinances().getBalance();
    }

    @Test
    void whatIsSetAsideIsDebitedAndCreditedBackWithTheRequestInTheDescription() {
        assertThat(finances.reserve(hold(101))).isFalse();
        assertThat(finances.reserve(hold(60))).isTrue();
        assertThat(balance()).isEqualTo("40.75");
        finances.release(hold(60));
        assertThat(balance()).isEqualTo("100.75");
        assertThat(campaign.getFinances().getTransactions().subList(1, 3))
                .allMatch(transaction -> transaction.contains(REQUEST.toString()));
    }

    @Test
    void onlyWholeCBillsAreFree() {
        assertThat(finances.inspect(bundle(500))).isEqualTo(bundle(100));
        assertThat(finances.inspect(bundle(5))).isEqualTo(bundle(5));
        assertThat(finances.inspect(Bundle.of(Money.of("LST", 5)))).isEqualTo(Bundle.EMPTY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> finances.reserve(new Hold(REQUEST, 0, Bundle.of(Money.of("LST", 5)))));
    }

    @Test
    void aSettlementHappensAsAWholeOrNotAtAll() {
        assertThat(finances.reserve(hold(60))).isTrue();
        Settlement settlement = new Settlement(Optional.of(REQUEST), List.of(hold(20)), List.of(hold(40)), bundle(50),
                Optional.empty());
        finances.settle(settlement);
        assertThat(balance()).isEqualTo("10.75");
        assertThatIllegalStateException().isThrownBy(() -> finances.settle(settlement));
        assertThat(balance()).isEqualTo("10.75");
    }

    @Test
    void whatArrivesIsCredited() {
        finances.deliver(new Arrival(Optional.of(REQUEST), bundle(5), Campaigns.START));
        finances.deliver(new Arrival(Optional.empty(), bundle(2), Campaigns.START));
        assertThat(balance()).isEqualTo("107.75");
    }
}
