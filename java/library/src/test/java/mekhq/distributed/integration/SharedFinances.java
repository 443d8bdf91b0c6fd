// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import mekhq.distributed.Bundle;
import mekhq.distributed.Money;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.CampaignAssets;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;

// doc: finances
/** A campaign's funds, as the library may change them: in C-bills. Everything in here happens on the Swing thread. */
public final class SharedFinances implements CampaignAssets {
    private final Campaign campaign;

    public SharedFinances(Campaign campaign) {
        this.campaign = campaign;
    }

    @Override
    public Bundle inspect(Bundle wanted) {
        return wanted.money().filter(SharedFinances::isCBills).map(this::free).orElse(Bundle.EMPTY);
    }

    private Bundle free(Money wanted) {
        BigDecimal whole = campaign.getFinances().getBalance().setScale(0, RoundingMode.FLOOR);
        long units = whole.min(amountOf(wanted)).longValueExact();
        return units > 0 ? Bundle.of(Money.cBills(units)) : Bundle.EMPTY;
    }

    /** A mere note would be eaten by the salaries of the next month, so it is debited for real. */
    @Override
    public boolean reserve(Hold hold) {
        return campaign.getFinances().debit(campaign.getLocalDate(), amountOf(hold.bundle()),
                "Set aside for wire transfer " + hold.request());
    }

    @Override
    public void release(Hold hold) {
        campaign.getFinances().credit(campaign.getLocalDate(), amountOf(hold.bundle()),
                "No longer set aside for wire transfer " + hold.request());
    }

    /** What is consumed was debited when it was set aside. */
    @Override
    public void settle(Settlement settlement) {
        BigDecimal taken = amountOf(settlement.taken());
        if (taken.signum() == 0) {
            settlement.released().forEach(this::release);
        } else {
            book(taken, settlement);
        }
    }

    /** As one amount: an overdrawn account refuses every debit, whatever was credited before, and half is too much. */
    private void book(BigDecimal taken, Settlement settlement) {
        BigDecimal due = settlement.released().stream().map(hold -> amountOf(hold.bundle()))
                .reduce(taken, BigDecimal::subtract);
        String description = Stream.concat(
                Stream.of(settlement.request().map(request -> "Wire transfer " + request).orElse("Adjusted by the host")),
                settlement.released().stream().map(hold -> "no longer set aside for wire transfer " + hold.request()))
                .collect(Collectors.joining(", "));
        if (due.signum() < 0) {
            campaign.getFinances().credit(campaign.getLocalDate(), due.negate(), description);
        } else if (due.signum() > 0 && !campaign.getFinances().debit(campaign.getLocalDate(), due, description)) {
            throw new IllegalStateException("the balance is lower than it was when it was inspected");
        }
    }

    @Override
    public void deliver(Arrival arrival) {
        campaign.getFinances().credit(campaign.getLocalDate(), amountOf(arrival.bundle()),
                arrival.request().map(request -> "Wire transfer " + request).orElse("Adjusted by the host"));
    }

    private static BigDecimal amountOf(Bundle bundle) {
        return bundle.money().map(SharedFinances::amountOf).orElse(BigDecimal.ZERO);
    }

    private static BigDecimal amountOf(Money money) {
        if (!isCBills(money)) {
            throw new IllegalArgumentException("this campaign has no account in " + money.currency());
        }
        return BigDecimal.valueOf(money.hundredths(), 2).setScale(0, RoundingMode.UNNECESSARY);
    }

    private static boolean isCBills(Money money) {
        return money.currency().equals(Money.C_BILL);
    }
}
// doc end
