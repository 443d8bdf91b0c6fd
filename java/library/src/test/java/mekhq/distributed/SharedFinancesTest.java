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
    void anOverdrawnAccountSettlesWhatWasSetAside() {
        assertThat(finances.reserve(hold(100))).isTrue();
        campaign.getFinances().overdraw(new BigDecimal("500"));
        finances.settle(new Settlement(Optional.of(REQUEST), List.of(), List.of(hold(40)), Bundle.EMPTY,
                Optional.of(Money.cBills(7))));
        assertThat(balance()).as("consumed alone").isEqualTo("-499.25");
        finances.settle(new Settlement(Optional.of(REQUEST), List.of(hold(10)), List.of(), Bundle.EMPTY,
                Optional.empty()));
        assertThat(balance()).as("released alone").isEqualTo("-489.25");
        finances.settle(new Settlement(Optional.of(REQUEST), List.of(hold(50)), List.of(), bundle(30),
                Optional.empty()));
        assertThat(balance()).as("taken from what is released").isEqualTo("-469.25");
        finances.settle(new Settlement(Optional.of(REQUEST), List.of(hold(50)), List.of(), bundle(50),
                Optional.empty()));
        assertThat(balance()).as("all of it").isEqualTo("-469.25");
        Settlement tooMuch = new Settlement(Optional.of(REQUEST), List.of(hold(20)), List.of(), bundle(21),
                Optional.empty());
        assertThatIllegalStateException().isThrownBy(() -> finances.settle(tooMuch));
        assertThat(balance()).isEqualTo("-469.25");
        assertThat(campaign.getFinances().getTransactions()).last().asString()
                .endsWith("+20 Wire transfer " + REQUEST + ", no longer set aside for wire transfer " + REQUEST);
    }

    @Test
    void whatArrivesIsCredited() {
        finances.deliver(new Arrival(Optional.of(REQUEST), bundle(5), Campaigns.START));
        finances.deliver(new Arrival(Optional.empty(), bundle(2), Campaigns.START));
        assertThat(balance()).isEqualTo("107.75");
    }
}
